import { ApiError, pathOf } from '../../../../../client/http-client.ts';
import { readContent } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import type { FilePart, ReadPart } from './tail.ts';

/** Reads parts of a file of a volume. */
export const partsOf =
  (volume: string, path: string, signal: AbortSignal): ReadPart =>
  async (wanted) => {
    const range = 'last' in wanted ? `-${wanted.last}` : `${wanted.from}-${wanted.from + wanted.most - 1}`;
    try {
      const reply = await api.fetch(pathOf(readContent.path, { id: volume }, { path }), {
        headers: { range: `bytes=${range}` },
        signal,
      });
      const bytes = new Uint8Array(await reply.arrayBuffer());
      return placed(bytes, reply.headers.get('content-range'));
    } catch (error) {
      // There is nothing at that place.
      if (error instanceof ApiError && error.status === 416) return null;
      throw error;
    }
  };

/** `bytes 5-9/10`; without it the answer is the whole file. */
function placed(bytes: Uint8Array, range: string | null): FilePart {
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(range ?? '');
  return match
    ? { bytes, start: Number(match[1]), size: Number(match[2]) }
    : { bytes, start: 0, size: bytes.length };
}
