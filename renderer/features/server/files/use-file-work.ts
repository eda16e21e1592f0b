import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { type ArchiveFormat, compressVolume, decompressVolume } from '../../../../shared/http/archives.ts';
import {
  createDownload,
  deleteFiles,
  makeFolder,
  maxDeletedPaths,
  renameFile,
  writeFile,
} from '../../../../shared/http/files.ts';
import { api, queryClient } from '../../../link/api.ts';
import { session } from '../../../link/session.ts';
import { bytes } from '../../../ui/format.ts';
import type { NameWish } from './name-dialog.tsx';
import { join, toAddress } from './paths.ts';
import { words } from './words.ts';

interface FileWorkOptions {
  server: string;
  volume: string;
  /** The folder in which all of it happens. */
  path: string;
  onDone: () => void;
}

export type FileWork = ReturnType<typeof useFileWork>;

/** Everything that changes files by a request of its own; what takes long can be cancelled. */
export function useFileWork({ server, volume, path, onDone }: FileWorkOptions) {
  const [running, setRunning] = useState<string | null>(null);
  const controller = useRef<AbortController | null>(null);
  const [, navigate] = useLocation();
  const params = { id: volume };

  /** Resolves to whether it was done; what kept it from that is told. */
  const run = async (what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> => {
    const own = new AbortController();
    controller.current = own;
    setRunning(what);
    try {
      await work(own.signal);
      return true;
    } catch (error) {
      if (!own.signal.aborted) {
        const message = error instanceof Error ? error.message : String(error);
        notifications.show({ color: 'red', title: words.failed, message });
      }
      return false;
    } finally {
      setRunning(null);
    }
  };
  /** Work after which the folder is another one. */
  const change = async (what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    if (await run(what, work)) onDone();
    await queryClient.invalidateQueries({ queryKey: ['files', volume] });
    await queryClient.invalidateQueries({ queryKey: ['quota', volume] });
  };

  return {
    /** What is being done, in a word; null if nothing is. */
    running,
    cancel: () => controller.current?.abort(),

    name(wish: NameWish, name: string): void {
      const target = join(path, name);
      if (wish.kind === 'folder')
        void change(words.newFolder, () => api.call(makeFolder, { params, body: { path: target } }));
      if (wish.kind === 'file')
        void change(words.newFile, async () => {
          await api.call(writeFile, { params, body: { path: target, content: '' } });
          navigate(`/servers/${server}/files/${toAddress(target)}?edit`);
        });
      if (wish.kind === 'rename')
        void change(words.rename, () =>
          api.call(renameFile, { params, body: { source: join(path, wish.name), destination: target } }),
        );
    },

    remove(names: readonly string[]): void {
      void change(words.delete, async (signal) => {
        for (let at = 0; at < names.length; at += maxDeletedPaths) {
          const paths = names.slice(at, at + maxDeletedPaths).map((name) => join(path, name));
          await api.call(deleteFiles, { params, body: { paths }, signal });
        }
      });
    },

    archive({ output, format, names }: { output: string; format: ArchiveFormat; names: string[] }): void {
      void change(words.archive, async (signal) => {
        const body = { format, output_name: output, path, paths: names };
        const made = await api.call(compressVolume, { params, body, signal });
        notifications.show({ message: words.archived(made.archive_path, bytes(made.size)) });
      });
    },

    /** Into a folder of its own, where nothing can be replaced. */
    extract(name: string, folder: string): void {
      void change(words.extract, async (signal) => {
        const body = { archive_path: join(path, name), destination: join(path, folder) };
        const { files } = await api.call(decompressVolume, { params, body, signal });
        notifications.show({ message: words.extracted(files, folder) });
      });
    },

    /** By a link that works once: a download of the browser's own can't send a token. */
    download: (file: string): Promise<boolean> =>
      run(words.download, async () => {
        const { url } = await api.call(createDownload, { body: { volume_id: volume, path: file } });
        const link = document.createElement('a');
        link.href = (session.connection()?.url ?? '') + url;
        link.download = '';
        link.click();
      }),
  };
}
