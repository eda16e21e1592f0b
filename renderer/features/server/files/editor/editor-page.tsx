import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { bytes } from '../../../../ui/format.ts';
import { Crumbs } from '../crumbs.tsx';
import { parentOf, toAddress } from '../paths.ts';
import { strings } from '../strings.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { Editor } from './editor.tsx';
import { readFileText } from './read-file-text.ts';
import { maxEdited } from './text-file.ts';

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
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={path}>
      <Crumbs server={server} path={path} />
      {query.error && (
        <Alert color="red" title={strings.cantLoad} role="alert">
          {query.error.message}
        </Alert>
      )}
      {query.data?.status === 'text' && (
        <Editor server={server} volume={volume} path={path} opened={query.data.file} onClose={close} />
      )}
      {(query.data?.status === 'binary' || query.data?.status === 'large') && (
        <>
          <Text role="status">
            {query.data.status === 'binary' ? strings.binary : strings.tooLarge(bytes(maxEdited))}
          </Text>
          <Group>
            <Button onClick={() => void downloadFile(volume, path)}>{strings.download}</Button>
            <Button variant="default" onClick={close}>
              {strings.close}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
