import type { IncomingMessage } from 'node:http';
import { LightdeckError } from '../../../shared/errors.ts';
import { type OpenUrlOptions, openUrl } from './open-url.ts';

/** Bytes that are read, and milliseconds for all of it. */
const bounds = { bytes: 960 * 1024, time: 20_000 };

export type FetchTextOptions = Pick<OpenUrlOptions, 'lookup' | 'ca'>;

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

/** E11: see `openUrl`. */
export function createFetchText(options: FetchTextOptions = {}): FetchText {
  return ({ url, isPrivateAllowed, signal }) =>
    openUrl(url, { ...options, isPrivateAllowed, signal, time: bounds.time }, async (response, found) => ({
      text: await readText(response, found),
      url: found.href,
    }));
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
