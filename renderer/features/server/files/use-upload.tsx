import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { listFiles } from '../../../../shared/http/files.ts';
import { api } from '../../../link/api.ts';
import { type Answer, AskExisting } from './ask-existing.tsx';
import type { PickedFile } from './dropped-files.ts';
import { freeNames, join } from './paths.ts';
import { uploadQueue } from './uploads.tsx';
import { words } from './words.ts';

interface Upload {
  /** Uploads what was picked into the folder, after asking about what is there already. */
  upload: (picked: () => PickedFile[] | Promise<PickedFile[]>) => void;
  /** The question, to be put on the page. */
  question: ReactNode;
}

/** Uploads into one folder of a volume. */
export function useUpload(volume: string, path: string): Upload {
  const [asked, setAsked] = useState<{ files: PickedFile[]; there: ReadonlySet<string> } | null>(null);
  const send = (files: readonly PickedFile[]): void =>
    uploadQueue.add(
      volume,
      files.map((one) => ({ file: one.file, path: join(path, one.path) })),
    );
  /**
   * Only the top names are asked about: what is deeper is merged into folders of the same name. They are compared with what
   * the folder has now, not with a list that may be old or not there yet.
   */
  const upload = async (picked: () => PickedFile[] | Promise<PickedFile[]>): Promise<void> => {
    try {
      const files = await picked();
      const { files: now } = await api.call(listFiles, { params: { id: volume }, query: { path } });
      const there = new Set(now.map(({ name }) => name));
      if (files.some((one) => there.has(topOf(one)))) setAsked({ files, there });
      else send(files);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notifications.show({ color: 'red', title: words.failed, message });
    }
  };
  const question = (
    <AskExisting
      names={asked && [...new Set(asked.files.map(topOf).filter((name) => asked.there.has(name)))]}
      onAnswer={(answer) => {
        if (asked) send(answered(answer, asked.files, asked.there));
        setAsked(null);
      }}
    />
  );
  return { upload: (picked) => void upload(picked), question };
}

const topOf = ({ path }: PickedFile): string => path.split('/')[0] ?? '';

function answered(answer: Answer, files: PickedFile[], there: ReadonlySet<string>): PickedFile[] {
  switch (answer) {
    case 'replace':
      return files;
    case 'skip':
      return files.filter((one) => !there.has(topOf(one)));
    case 'keep': {
      const names = freeNames(files.map(topOf), there);
      return files.map((one) => ({
        ...one,
        path: one.path.replace(/^[^/]*/, (top) => names.get(top) ?? top),
      }));
    }
    case 'cancel':
      return [];
  }
}
