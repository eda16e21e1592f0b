import { Stack } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { useContainer } from '../use-container.ts';
import { Folder } from './folder.tsx';
import { fromAddress } from './paths.ts';
import './files.css';
import { loadPart } from '../../../ui/load-part.ts';
import { SftpAccessPanel } from './sftp-access.tsx';
import { StateNote } from './state-note.tsx';
import { strings } from './strings.ts';
import { Jobs } from './transfer/jobs.tsx';
import { Uploads } from './transfer/uploads.tsx';

const TrashView = lazy(loadPart(() => import('./trash/trash-view.tsx')));
const Editor = lazy(loadPart(() => import('./editor/editor-page.tsx')));

/** The files of a server: a folder (`/files/world`), or a file that is edited (`/files/server.properties?edit`), or what was deleted (`/files?trash`). */
export default function FilesTab({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const container = useContainer(id);
  return (
    <Loaded query={container} what={strings.seeFiles}>
      {({ volume_id, adopted }) =>
        adopted === null ? (
          <Files server={server} volume={volume_id} />
        ) : (
          <EmptyState title={strings.adopted} />
        )
      }
    </Loaded>
  );
}

function Files({ server, volume }: { server: ServerSummary; volume: string }) {
  const id = server.internal_id;
  useLocation();
  const search = new URLSearchParams(useSearch());
  const isEditing = search.has('edit');
  const isTrash = search.has('trash');
  // The router's own is decoded halfway already (`%25` but not `%23`), so that names with a percent sign would be lost.
  const path = fromAddress(window.location.pathname.split('/').slice(4).join('/'));
  return (
    <Stack gap="md" pb="xl">
      <StateNote volume={volume} state={server.state} />
      <Uploads volume={volume} />
      <Jobs volume={volume} />
      {isTrash ? (
        <Suspense>
          <TrashView server={id} volume={volume} />
        </Suspense>
      ) : isEditing ? (
        <Suspense>
          <Editor key={path} server={id} volume={volume} path={path} />
        </Suspense>
      ) : (
        <Folder key={path} server={id} volume={volume} path={path} />
      )}
      {!isEditing && !isTrash && <SftpAccessPanel server={id} />}
    </Stack>
  );
}
