import { notifications } from '@mantine/notifications';
import { useLocation } from 'wouter';
import { type ArchiveFormat, compressVolume, decompressVolume } from '../../../../../shared/http/archives.ts';
import {
  deleteFiles,
  makeFolder,
  maxDeletedPaths,
  renameFile,
  writeFile,
} from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { bytes } from '../../../../ui/format.ts';
import { showUndo } from '../../../../ui/undo-toast.tsx';
import type { NameRequest } from '../dialogs/name-dialog.tsx';
import { join, toAddress } from '../paths.ts';
import { strings } from '../strings.ts';
import { trashStrings } from '../trash/trash-strings.ts';
import { refreshVolume, restoreFromTrash } from '../trash/use-trash-work.ts';
import type { JobWork } from './file-jobs.ts';
import { fileJobs } from './jobs.tsx';

interface FileWorkOptions {
  server: string;
  volume: string;
  /** The folder in which all of it happens. */
  path: string;
  /** Work begins; what this gives is called when it was done, which may be much later. */
  onBegin: () => () => void;
  /** An entry of the folder has this name now. */
  onNamed: (name: string) => void;
}

export interface ArchiveRequest {
  /** The archive's name without ending. */
  output: string;
  format: ArchiveFormat;
  /** What of the folder goes in; null for all of it. */
  names: readonly string[] | null;
}

export type FileWork = ReturnType<typeof useFileWork>;

/** Everything that changes files by requests of its own. It goes on while the user looks at another folder. */
export function useFileWork({ server, volume, path, onBegin, onNamed }: FileWorkOptions) {
  const [, navigate] = useLocation();
  const params = { id: volume };

  /** Work after which the folder is another one. */
  const change = async (what: string, work: JobWork, isReported = false): Promise<void> => {
    const onDone = onBegin();
    if (await fileJobs.run({ volume, what, isReported }, work)) onDone();
    await refreshVolume(volume);
  };

  return {
    change,

    name(request: NameRequest, name: string): void {
      const target = join(path, name);
      if (request.kind === 'folder')
        void change(strings.making(name), async () => {
          await api.call(makeFolder, { params, body: { path: target } });
          onNamed(name);
        });
      if (request.kind === 'file')
        void change(strings.making(name), async () => {
          await api.call(writeFile, { params, body: { path: target, content: '' } });
          navigate(`/servers/${server}/files/${toAddress(target)}?edit`);
        });
      if (request.kind === 'rename')
        void change(strings.renaming(request.name), async () => {
          const body = { source: join(path, request.name), destination: target };
          await api.call(renameFile, { params, body });
          onNamed(name);
        });
    },

    remove(names: readonly string[], permanent: boolean): void {
      void change(strings.deleting(names.length), async (signal, onStep) => {
        const kept: string[] = [];
        for (let at = 0; at < names.length; at += maxDeletedPaths) {
          const paths = names.slice(at, at + maxDeletedPaths).map((name) => join(path, name));
          const { trash } = await api.call(deleteFiles, { params, body: { paths, permanent }, signal });
          kept.push(...trash.map(({ id }) => id));
          onStep(at + paths.length, names.length);
        }
        tellDeleted(volume, names, kept);
      });
    },

    archive({ output, format, names }: ArchiveRequest): void {
      const work: JobWork = async (signal) => {
        const body = {
          format,
          output_name: output,
          path,
          ...(names === null ? {} : { paths: [...names] }),
        };
        const made = await api.call(compressVolume, { params, body, signal });
        const message = strings.archived(made.archive_path, bytes(made.size));
        const missing = made.skipped_links + made.skipped_others;
        notifications.show({
          message: missing === 0 ? message : `${message} ${strings.notArchived(missing)}`,
        });
      };
      void change(strings.making(`${output}.${format}`), work, true);
    },

    /** Into a folder of its own, where nothing can be replaced. */
    extract(name: string, folder: string): void {
      const work: JobWork = async (signal) => {
        const body = { archive_path: join(path, name), destination: join(path, folder) };
        const done = await api.call(decompressVolume, { params, body, signal });
        const message = strings.extracted(done.files, folder);
        const missing = done.skipped_links + done.skipped_others;
        notifications.show({
          message: missing === 0 ? message : `${message} ${strings.notExtracted(missing)}`,
        });
      };
      void change(strings.extracting(name), work, true);
    },
  };
}

/** Says what became of entries that were deleted; what is kept can be had back at once. */
function tellDeleted(volume: string, names: readonly string[], kept: readonly string[]): void {
  const [first = ''] = names;
  if (kept.length === 0) {
    notifications.show({ message: trashStrings.deletedForGood(names.length, first) });
    return;
  }
  showUndo({
    message: trashStrings.deleted(names.length, first),
    undo: () => restoreFromTrash(volume, kept),
  });
}
