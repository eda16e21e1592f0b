import { lookup as lookUp } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { isInternetAddress } from './public-address.ts';

/** Answers that only lead elsewhere. */
const maxRedirects = 5;

export interface Found {
  address: string;
  family: number;
}

export interface OpenUrlOptions {
  /** All addresses of a name. */
  lookup?: ((name: string) => Promise<Found[]>) | undefined;
  /** Certificates beside the machine's own that are trusted, PEM. */
  ca?: string[] | undefined;
  /** Addresses of one's own network and of this machine are asked, too. */
  isPrivateAllowed: boolean;
  signal: AbortSignal;
  /** Milliseconds for all of it. */
  time: number;
  headers?: Readonly<Record<string, string>>;
}

/**
 * E11: asks an address and hands its answer (200, or 304 where it was asked for that) to `read`. https alone, from the internet alone unless more is
 * allowed. A name is looked up once for each step, all its addresses are checked, and the connection goes to one of those, so that no second answer can
 * lead elsewhere. Throws LightdeckError in words, `conflict` where the address isn't of the internet.
 */
export async function openUrl<T>(
  given: string,
  options: OpenUrlOptions,
  read: (response: IncomingMessage, url: URL) => Promise<T>,
): Promise<T> {
  const { lookup = lookUpAll, ca, isPrivateAllowed, signal, headers = {} } = options;
  const time = AbortSignal.timeout(options.time);
  const both = AbortSignal.any([signal, time]);
  let url = checked(given);
  try {
    for (let step = 0; step <= maxRedirects; step += 1) {
      const addresses = await addressesOf(url, lookup);
      const inner = addresses.find(({ address }) => !isInternetAddress(address));
      if (inner && !isPrivateAllowed) throw privateAddress(url, inner.address);
      const response = await open(url, addresses, { signal: both, ca, headers });
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status >= 300 && status < 400 && location !== undefined) {
        response.destroy();
        url = checked(location, url);
        continue;
      }
      const isUnchanged = status === 304 && headers['if-none-match'] !== undefined;
      if (status !== 200 && !isUnchanged) {
        response.destroy();
        throw new LightdeckError(
          status === 404 ? 'not_found' : 'invalid',
          `${url.host} answered with ${status}: look whether the address is right`,
        );
      }
      try {
        return await read(response, url);
      } finally {
        response.destroy();
      }
    }
    throw new LightdeckError('invalid', `${given} leads from one address to the next without an end`);
  } catch (error) {
    if (error instanceof LightdeckError) throw error;
    if (time.aborted)
      throw new LightdeckError('timeout', `${url.host} took longer than ${options.time / 1000} seconds`);
    throw new LightdeckError('invalid', `${url.host} could not be asked: ${errorText(error)}`);
  }
}

const lookUpAll = (name: string): Promise<Found[]> => lookUp(name, { all: true });

/** An address as it is asked for: pages of GitHub that show a file become that file. */
function checked(given: string, base?: URL): URL {
  const url = URL.parse(given, base);
  if (!url) throw new LightdeckError('invalid', `url: ${given.slice(0, 200)} is no address`);
  if (url.protocol !== 'https:')
    throw new LightdeckError(
      'invalid',
      `url: only https addresses are fetched, and ${url.protocol}//${url.host} isn't one`,
    );
  if (url.username !== '' || url.password !== '')
    throw new LightdeckError('invalid', 'url: an address with a user and a password in it is not fetched');
  const shown = /^\/([^/]+\/[^/]+)\/(?:blob|raw)\/(.+)$/.exec(url.pathname);
  if (url.host === 'github.com' && shown)
    return new URL(`https://raw.githubusercontent.com/${shown[1]}/${shown[2]}`);
  url.hash = '';
  return url;
}

async function addressesOf(url: URL, lookup: (name: string) => Promise<Found[]>): Promise<Found[]> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(name);
  const found = family === 0 ? await lookup(name) : [{ address: name, family }];
  if (found.length === 0) throw new Error('it has no address');
  return found;
}

const privateAddress = (url: URL, address: string): LightdeckError =>
  new LightdeckError(
    'conflict',
    `${url.hostname} is ${address}, which is not on the internet but in a network of this machine: it is only asked if you allow that`,
  );

function open(
  url: URL,
  addresses: readonly Found[],
  options: { signal: AbortSignal; ca: string[] | undefined; headers: Readonly<Record<string, string>> },
): Promise<IncomingMessage> {
  const { signal, ca, headers } = options;
  const [first] = addresses;
  const pinned: LookupFunction = (_name, options, done) => {
    if (options.all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        agent: false,
        lookup: pinned,
        signal,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Lightdeck', ...headers },
        ...(ca ? { ca } : {}),
      },
      resolve,
    );
    asked.on('error', reject);
    asked.end();
  });
}
