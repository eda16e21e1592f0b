import { type LogPiece, readLogs } from '../../../../shared/http/console.ts';
import { api } from '../../../link/api.ts';

/** Lines of one request, the most that the host gives at once. */
const linesAtOnce = '10000';

interface LogDownload {
  server: string;
  signal: AbortSignal;
  /** Bytes so far, and in all. */
  onProgress: (bytes: number, total: number) => void;
}

/**
 * The whole history as the host has it, by paging back from its end: 64 MiB at most, in pieces that the browser may put
 * on disk. Rejects with ApiError or the signal's reason.
 */
export async function collectLog({ server, signal, onProgress }: LogDownload): Promise<Blob> {
  const pieces: Blob[] = [];
  let before: number | null = null;
  let end = 0;
  for (;;) {
    const piece: LogPiece = await api.call(readLogs, {
      params: { id: server },
      query: { lines: linesAtOnce, ...(before === null ? {} : { before: String(before) }) },
      signal,
    });
    const { data, from } = piece;
    if (before === null) end = piece.to;
    if (data === '') break;
    pieces.unshift(new Blob([data]));
    onProgress(end - from, end);
    if (from === 0) break;
    before = from;
  }
  return new Blob(pieces, { type: 'text/plain;charset=utf-8' });
}
