import { type ReactNode, useState } from 'react';
import { listFiles, makeFolder } from '../../../../../shared/http/files.ts';
import { getVolumeQuota } from '../../../../../shared/http/volumes.ts';
import { api, queryClient } from '../../../../link/api.ts';
import { showFailure } from '../../../../ui/show-failure.ts';
import { join } from '../paths.ts';
import { strings } from '../strings.ts';
import { AskExisting } from './ask-existing.tsx';
import { fileJobs } from './jobs.tsx';
import { answered, type Picked, topNames } from './picked.ts';
import { needsTooMuch } from './upload-room.ts';
import { uploadQueue } from './uploads.tsx';

interface Uploading {
  /** Uploads what was picked into the folder, after asking about what is there already. */
  upload: (picked: () => Picked | Promise<Picked>) => void;
  /** The question, to be put on the page. */
  question: ReactNode;
}

/** Uploads into one folder of a volume. */
export function useUpload(volume: string, path: string): Uploading {
  const [asked, setAsked] = useState<{ picked: Picked; there: ReadonlySet<string> } | null>(null);
  const makeFolders = async (folders: readonly string[]): Promise<void> => {
    if (folders.length === 0) return;
    await fileJobs.run({ volume, what: strings.makingFolders(folders.length) }, async (signal, onStep) => {
      for (const [done, folder] of folders.entries()) {
        onStep(done, folders.length);
        const body = { path: join(path, folder) };
        await api.call(makeFolder, { params: { id: volume }, body, signal });
      }
    });
    await queryClient.invalidateQueries({ queryKey: ['files', volume] });
  };
  const send = async ({ files, folders }: Picked): Promise<void> => {
    const problem = await roomProblem(
      volume,
      files.map(({ file }) => file),
    );
    if (problem !== null) {
      showFailure(new Error(problem), strings.notUploaded);
      return;
    }
    void makeFolders(folders);
    uploadQueue.add(
      volume,
      files.map((one) => ({ file: one.file, path: join(path, one.path) })),
    );
  };
  /**
   * Only the top names are asked about: what is deeper is merged into folders of the same name. They are compared with what
   * the folder has now, not with a list that may be old or not there yet.
   */
  const upload = async (pick: () => Picked | Promise<Picked>): Promise<void> => {
    try {
      const picked = await pick();
      const { files: now } = await api.call(listFiles, { params: { id: volume }, query: { path } });
      const there = new Set(now.map(({ name }) => name));
      if (topNames(picked).some((name) => there.has(name))) setAsked({ picked, there });
      else await send(picked);
    } catch (error) {
      showFailure(error, strings.failed);
    }
  };
  const question = (
    <AskExisting
      names={asked && topNames(asked.picked).filter((name) => asked.there.has(name))}
      onAnswer={(answer) => {
        if (asked) void send(answered(answer, asked.picked, asked.there));
        setAsked(null);
      }}
    />
  );
  return { upload: (pick) => void upload(pick), question };
}

/**
 * Why these files can't be sent, in words; null if they can, or if nobody knows. A game whose files have no room left can't save, so a disk
 * is never filled only to find out.
 */
async function roomProblem(volume: string, files: readonly File[]): Promise<string | null> {
  try {
    const { available_mb } = await api.call(getVolumeQuota, { params: { id: volume } });
    return needsTooMuch({
      files,
      underWay: uploadQueue.uploads.filter((one) => one.volume === volume),
      free: available_mb * 1024 * 1024,
    });
  } catch {
    return null;
  }
}
