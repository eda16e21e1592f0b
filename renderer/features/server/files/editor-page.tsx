import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { readContent } from '../../../../shared/http/files.ts';
import { api } from '../../../link/api.ts';
import { pathOf } from '../../../link/http-client.ts';
import { bytes } from '../../../ui/format.ts';
import { Editor } from './editor.tsx';
import { Crumbs } from './folder.tsx';
import { parentOf, toAddress } from './paths.ts';
import { maxEdited, readText, type TextFile } from './text-file.ts';
import { useFileWork } from './use-file-work.ts';
import { words } from './words.ts';

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

interface EditorPageProps {
  server: string;
  volume: string;
  path: string;
}

/** One file, opened to be edited. */
export default function EditorPage({ server, volume, path }: EditorPageProps) {
  const query = useQuery({
    queryKey: ['content', volume, path],
    queryFn: ({ signal }) => readFileText(volume, path, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const [, navigate] = useLocation();
  const folder = parentOf(path);
  const close = (): void =>
    navigate(`/servers/${server}/files${folder === '' ? '' : `/${toAddress(folder)}`}`);
  const work = useFileWork({ server, volume, path: folder, onDone: () => {} });
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={path}>
      <Crumbs server={server} path={path} />
      {query.error && (
        <Alert color="red" title={words.cantLoad} role="alert">
          {query.error.message}
        </Alert>
      )}
      {query.data?.status === 'text' && (
        <Editor volume={volume} path={path} opened={query.data.file} onClose={close} />
      )}
      {(query.data?.status === 'binary' || query.data?.status === 'large') && (
        <>
          <Text role="status">
            {query.data.status === 'binary' ? words.binary : words.tooLarge(bytes(maxEdited))}
          </Text>
          <Group>
            <Button onClick={() => void work.download(path)}>{words.download}</Button>
            <Button variant="default" onClick={close}>
              {words.close}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
