import { readContent } from '../../../../shared/http/files.ts';
import { api } from '../../../link/api.ts';
import { pathOf } from '../../../link/http-client.ts';
import { maxEdited, readText, type TextFile } from './text-file.ts';

export type ReadFile = { status: 'text'; file: TextFile } | { status: 'binary' } | { status: 'large' };

/** A file's text, or why it has none. Reads no more than can be edited. */
export async function readFileText(volume: string, path: string, signal?: AbortSignal): Promise<ReadFile> {
  const reply = await api.fetch(pathOf(readContent.path, { id: volume }, { path }), {
    headers: { range: `bytes=0-${maxEdited}` },
    ...(signal ? { signal } : {}),
  });
  const content = new Uint8Array(await reply.arrayBuffer());
  if (content.length > maxEdited) return { status: 'large' };
  const file = readText(content);
  return file === null ? { status: 'binary' } : { status: 'text', file };
}
