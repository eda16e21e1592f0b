import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { bytes } from '../../../../ui/format.ts';
import { Crumbs } from '../crumbs.tsx';
import { isArchive, parentOf, pictureType, toAddress } from '../paths.ts';
import { strings } from '../strings.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { ArchiveView } from './archive-view.tsx';
import { Editor } from './editor.tsx';
import { PictureView } from './picture-view.tsx';
import { readFileText } from './read-file-text.ts';
import { TailView } from './tail-view.tsx';
import { maxEdited } from './text-file.ts';

interface EditorPageProps {
  server: string;
  volume: string;
  path: string;
}

/** One file: a text to be edited, the end of a long one, or a picture. */
export default function EditorPage({ server, volume, path }: EditorPageProps) {
  const search = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const folder = parentOf(path);
  const close = (): void =>
    navigate(`/servers/${server}/files${folder === '' ? '' : `/${toAddress(folder)}`}`);
  const picture = pictureType(path);
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={path}>
      <Crumbs server={server} path={path} />
      {search.has('tail') || picture !== null || isArchive(path) ? (
        <>
          {search.has('tail') ? (
            <TailView volume={volume} path={path} />
          ) : picture !== null ? (
            <PictureView volume={volume} path={path} type={picture} />
          ) : (
            <ArchiveView volume={volume} path={path} />
          )}
          <Ways volume={volume} path={path} onClose={close} />
        </>
      ) : (
        <TextPage server={server} volume={volume} path={path} onClose={close} />
      )}
    </Stack>
  );
}

function TextPage({ server, volume, path, onClose }: EditorPageProps & { onClose: () => void }) {
  const query = useQuery({
    queryKey: ['content', volume, path],
    queryFn: ({ signal }) => readFileText(volume, path, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <>
      {query.error && (
        <Alert color="red" title={strings.cantLoad} role="alert">
          {hostText(query.error.message)}
        </Alert>
      )}
      {query.data?.status === 'text' && (
        <Editor server={server} volume={volume} path={path} opened={query.data.file} onClose={onClose} />
      )}
      {query.data?.status === 'binary' && <Text role="status">{strings.binary}</Text>}
      {query.data?.status === 'large' && (
        <>
          <Text role="status">{strings.tooLarge(bytes(maxEdited))}</Text>
          <TailView volume={volume} path={path} />
        </>
      )}
      {(query.data?.status === 'binary' || query.data?.status === 'large') && (
        <Ways volume={volume} path={path} onClose={onClose} />
      )}
    </>
  );
}

/** Of what can only be looked at. */
function Ways({ volume, path, onClose }: { volume: string; path: string; onClose: () => void }) {
  return (
    <Group>
      <Button onClick={() => void downloadFile(volume, path)}>{strings.download}</Button>
      <Button variant="default" onClick={onClose}>
        {strings.close}
      </Button>
    </Group>
  );
}
