import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { pathOf } from '../../../../../client/http-client.ts';
import { writeContent } from '../../../../../shared/http/files.ts';
import { api, queryClient } from '../../../../link/api.ts';
import { session } from '../../../../link/session.ts';
import { nameOf } from '../paths.ts';
import { strings } from '../strings.ts';
import { type CodeView, openCodeView } from './code-view.ts';
import { keptText } from './kept-text.ts';
import { type FileOnHost, readFileOnHost } from './read-file-text.ts';
import { type TextFile, writeText } from './text-file.ts';

interface EditedFileOptions {
  volume: string;
  path: string;
  opened: TextFile;
  /** The token may only look at it. */
  isReadOnly: boolean;
}

interface EditedFile {
  /** What the text is shown in. */
  element: RefObject<HTMLDivElement | null>;
  /** Whether the text differs from what was read or saved last. */
  isChanged: boolean;
  isSaving: boolean;
  /** Why the last attempt to save failed. */
  error: Error | null;
  /** What stands on the host instead of what was opened; null while nobody changed it. */
  theirs: FileOnHost | null;
  /** Not over somebody else's change, which is shown as `theirs` then, unless `isForced`. */
  save: (isForced: boolean) => void;
  /** Drops what was typed for this text. */
  load: (file: TextFile) => void;
}

async function writeFile(volume: string, path: string, text: string): Promise<void> {
  await api.fetch(pathOf(writeContent.path, { id: volume }, { path }), {
    method: writeContent.method,
    body: new Blob([text]),
    headers: { 'content-type': 'application/octet-stream' },
  });
}

/** A text file in CodeMirror, and its way back to the host. */
export function useEditedFile({ volume, path, opened, isReadOnly }: EditedFileOptions): EditedFile {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  /** What the file was when it was read or saved last. */
  const base = useRef(writeText(opened));
  /** Its byte order mark and line ends, which stay as they are on the host. */
  const form = useRef(opened);
  const [isChanged, setChanged] = useState(false);
  const [theirs, setTheirs] = useState<FileOnHost | null>(null);
  const textNow = (): string => writeText({ ...form.current, text: view.current?.text() ?? opened.text });
  const save = useMutation({
    async mutationFn(isForced: boolean) {
      const text = textNow();
      if (!isForced) {
        const now = await readFileOnHost(volume, path);
        if (now.status !== 'text' || writeText(now.file) !== base.current) return now;
      }
      await writeFile(volume, path, text);
      base.current = text;
      keptText.drop();
      return null;
    },
    onSuccess(conflict) {
      setTheirs(conflict);
      if (conflict !== null) return;
      setChanged(textNow() !== base.current);
      notifications.show({ message: strings.saved });
      void queryClient.invalidateQueries({ queryKey: ['files', volume] });
      void queryClient.invalidateQueries({ queryKey: ['quota', volume] });
    },
  });
  const latestSave = useRef(save.mutate);
  latestSave.current = save.mutate;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text that it begins with is that of the first moment
  useEffect(() => {
    if (!element.current) return;
    const made = openCodeView({
      element: element.current,
      name: nameOf(path),
      label: strings.editor(nameOf(path)),
      text: opened.text,
      isReadOnly,
      onChange: () => setChanged(writeText({ ...form.current, text: made.text() }) !== base.current),
      onSave: () => latestSave.current(false),
    });
    view.current = made;
    const kept = keptText.of(volume, path);
    if (kept !== null) {
      form.current = kept.file;
      base.current = kept.base;
      made.replace(kept.file.text);
      setChanged(true);
      notifications.show({ message: strings.textIsBack });
    }
    return () => {
      const file = { ...form.current, text: made.text() };
      made.close();
      if (writeText(file) === base.current) return;
      // Taken away, not left: the host no longer takes the token.
      if (session.isTurnedAway()) keptText.keep({ volume, path, file, base: base.current });
      else keptText.drop();
    };
  }, [path]);

  useEffect(() => view.current?.setReadOnly(isReadOnly), [isReadOnly]);

  const load = (file: TextFile): void => {
    keptText.drop();
    form.current = file;
    base.current = writeText(file);
    view.current?.replace(file.text);
    setTheirs(null);
    setChanged(false);
  };
  const { isPending: isSaving, error, mutate } = save;
  return { element, isChanged, isSaving, error, theirs, save: mutate, load };
}
