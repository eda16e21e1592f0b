import { lookup as lookUp } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { isInternetAddress } from './public-address.ts';

/** Bytes that are read, answers that only lead elsewhere, and milliseconds for all of it. */
const bounds = { bytes: 960 * 1024, redirects: 5, time: 20_000 };

export interface Found {
  address: string;
  family: number;
}

export interface FetchTextOptions {
  /** All addresses of a name. */
  lookup?: (name: string) => Promise<Found[]>;
  /** Certificates beside the machine's own that are trusted, PEM. */
  ca?: string[];
}

export interface TextRequest {
  url: string;
  /** Addresses of one's own network and of this machine are asked, too. */
  isPrivateAllowed: boolean;
  signal: AbortSignal;
}

export interface FetchedText {
  text: string;
  /** Where it was found in the end. */
  url: string;
}

/** Gets a text from an address that somebody gave. Throws LightdeckError in words, `conflict` where the address isn't of the internet. */
export type FetchText = (request: TextRequest) => Promise<FetchedText>;

/**
 * E11: https alone, from the internet alone unless more is allowed. A name is looked up once for each step, all its addresses are checked, and the
 * connection goes to one of those, so that no second answer can lead elsewhere.
 */
export function createFetchText({ lookup = lookUpAll, ca }: FetchTextOptions = {}): FetchText {
  return async ({ url: given, isPrivateAllowed, signal }) => {
    const time = AbortSignal.timeout(bounds.time);
    const both = AbortSignal.any([signal, time]);
    let url = checked(given);
    try {
      for (let step = 0; step <= bounds.redirects; step += 1) {
        const addresses = await addressesOf(url, lookup);
        const inner = addresses.find(({ address }) => !isInternetAddress(address));
        if (inner && !isPrivateAllowed) throw privateAddress(url, inner.address);
        const response = await open(url, addresses, { signal: both, ca });
        const status = response.statusCode ?? 0;
        const { location } = response.headers;
        if (status >= 300 && status < 400 && location !== undefined) {
          response.destroy();
          url = checked(location, url);
          continue;
        }
        if (status !== 200) {
          response.destroy();
          throw new LightdeckError(
            status === 404 ? 'not_found' : 'invalid',
            `${url.host} answered with ${status}: look whether the address is right`,
          );
        }
        return { text: await readText(response, url), url: url.href };
      }
      throw new LightdeckError('invalid', `${given} leads from one address to the next without an end`);
    } catch (error) {
      if (error instanceof LightdeckError) throw error;
      if (time.aborted)
        throw new LightdeckError('timeout', `${url.host} took longer than ${bounds.time / 1000} seconds`);
      throw new LightdeckError('invalid', `${url.host} could not be asked: ${errorText(error)}`);
    }
  };
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
  { signal, ca }: { signal: AbortSignal; ca: string[] | undefined },
): Promise<IncomingMessage> {
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
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Lightdeck' },
        ...(ca ? { ca } : {}),
      },
      resolve,
    );
    asked.on('error', reject);
    asked.end();
  });
}

async function readText(response: IncomingMessage, url: URL): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    length += part.length;
    if (length > bounds.bytes) {
      response.destroy();
      throw new LightdeckError(
        'too_large',
        `What ${url.host} has there is larger than ${bounds.bytes / 1024} KiB, so it is no egg`,
      );
    }
    parts.push(part);
  }
  if (!response.complete) throw new Error('the connection broke before all of it had come');
  return Buffer.concat(parts).toString('utf8');
}
