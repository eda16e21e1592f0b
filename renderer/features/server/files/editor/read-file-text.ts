import { ApiError, pathOf } from '../../../../../client/http-client.ts';
import { readContent } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { maxEdited, readText, type TextFile } from './text-file.ts';

type ReadFile = { status: 'text'; file: TextFile } | { status: 'binary' } | { status: 'large' };

async function firstBytes(address: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    const reply = await api.fetch(address, {
      headers: { range: `bytes=0-${maxEdited}` },
      ...(signal ? { signal } : {}),
    });
    return new Uint8Array(await reply.arrayBuffer());
  } catch (error) {
    // Only an empty file has no part that begins at its start.
    if (error instanceof ApiError && error.status === 416) return new Uint8Array();
    throw error;
  }
}

/** A file's text, or why it has none. Reads no more than can be edited. */
export async function readFileText(volume: string, path: string, signal?: AbortSignal): Promise<ReadFile> {
  const content = await firstBytes(pathOf(readContent.path, { id: volume }, { path }), signal);
  if (content.length > maxEdited) return { status: 'large' };
  const file = readText(content);
  return file === null ? { status: 'binary' } : { status: 'text', file };
}

export type FileOnHost = ReadFile | { status: 'gone' };

/** What is on the host now, where it need not be any more. */
export async function readFileOnHost(volume: string, path: string): Promise<FileOnHost> {
  try {
    return await readFileText(volume, path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { status: 'gone' };
    throw error;
  }
}
