import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Jail, UserPath } from '../files/contract.ts';
import { OutsideRange, parseByteRange } from './range.ts';
import { RawReply } from './raw-reply.ts';

/**
 * A file of a volume as a reply: whole or a part (`Range`), or nothing if the caller has it already (`If-None-Match`,
 * `If-Modified-Since`). A browser saves it and never runs it. Throws LightdeckError `invalid` for a folder, OutsideRange.
 */
export async function replyWithFile(
  jail: Jail,
  path: UserPath,
  headers: IncomingHttpHeaders,
): Promise<RawReply> {
  const file = await jail.open(path, { read: true, write: false });
  try {
    return await describe(file, path, headers);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function describe(file: FileHandle, path: UserPath, asked: IncomingHttpHeaders): Promise<RawReply> {
  const stats = await file.stat({ bigint: true });
  const size = Number(stats.size);
  const tag = `"${stats.ino.toString(36)}-${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}"`;
  const headers = { ...safeHeaders(path), etag: tag, 'last-modified': stats.mtime.toUTCString() };
  if (isKnown(asked, tag, stats)) return new RawReply(file, { status: 304, headers, part: null });
  const isCurrent = !asked['if-range'] || [tag, headers['last-modified']].includes(String(asked['if-range']));
  const range = isCurrent ? parseByteRange(asked.range, size) : null;
  if (range === 'outside') throw new OutsideRange(size);
  if (!range) return new RawReply(file, { status: 200, headers, part: { start: 0, length: size } });
  const { start, end } = range;
  const partial = { ...headers, 'content-range': `bytes ${start}-${end}/${size}` };
  return new RawReply(file, { status: 206, headers: partial, part: { start, length: end - start + 1 } });
}

function isKnown(asked: IncomingHttpHeaders, tag: string, stats: BigIntStats): boolean {
  const tags = asked['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((one) => ['*', tag, `W/${tag}`].includes(one.trim()));
  const since = Date.parse(asked['if-modified-since'] ?? '');
  return !Number.isNaN(since) && stats.mtimeMs - (stats.mtimeMs % 1000n) <= since;
}

/** Whatever is in it: bytes to save. In a page's frame it would be one without scripts, forms and origin. */
export function safeHeaders(path: UserPath): Record<string, string> {
  const name = path.split('/').findLast((part) => part !== '') ?? 'download';
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  };
}
