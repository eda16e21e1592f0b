import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { writeContent } from '../../../../shared/http/files.ts';
import { api, queryClient } from '../../../link/api.ts';
import { ApiError, pathOf } from '../../../link/http-client.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { type CodeView, openCodeView } from './code-view.ts';

import { nameOf } from './paths.ts';
import { readFileText } from './read-file-text.ts';
import { type TextFile, writeText } from './text-file.ts';
import { words } from './words.ts';

interface EditorProps {
  volume: string;
  path: string;
  opened: TextFile;
  onClose: () => void;
}

/** What is on the host now: its text as it is written; null if the file is gone. */
async function onHost(volume: string, path: string): Promise<string | null> {
  try {
    const read = await readFileText(volume, path);
    return read.status === 'text' ? writeText(read.file) : '';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** A text in CodeMirror: saved by Ctrl+S, never over somebody else's change without a word, never left unsaved by a slip. */
export function Editor({ volume, path, opened, onClose }: EditorProps) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  /** What the file was when it was read or saved last. */
  const base = useRef(writeText(opened));
  const [isChanged, setChanged] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const [theirs, setTheirs] = useState<{ text: string | null } | null>(null);
  const textNow = (): string => writeText({ ...opened, text: view.current?.text() ?? opened.text });
  const save = useMutation({
    async mutationFn(isForced: boolean) {
      const text = textNow();
      const now = isForced ? base.current : await onHost(volume, path);
      if (now !== base.current) return { text: now };
      await api.fetch(pathOf(writeContent.path, { id: volume }, { path }), {
        method: writeContent.method,
        body: new Blob([text]),
        headers: { 'content-type': 'application/octet-stream' },
      });
      base.current = text;
      return null;
    },
    onSuccess(conflict) {
      setTheirs(conflict);
      if (conflict !== null) return;
      setChanged(textNow() !== base.current);
      notifications.show({ message: words.saved });
      void queryClient.invalidateQueries({ queryKey: ['files', volume] });
      void queryClient.invalidateQueries({ queryKey: ['quota', volume] });
    },
  });
  const saveRef = useRef(() => save.mutate(false));
  saveRef.current = () => save.mutate(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text that it begins with is that of the first moment
  useEffect(() => {
    if (!element.current) return;
    const made = openCodeView({
      element: element.current,
      name: nameOf(path),
      label: words.editor(nameOf(path)),
      text: opened.text,
      onChange: () => setChanged(writeText({ ...opened, text: made.text() }) !== base.current),
      onSave: () => saveRef.current(),
    });
    view.current = made;
    return () => made.close();
  }, [path]);
  useEffect(() => {
    if (!isChanged) return;
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [isChanged]);
  useLinkGuard(isChanged);

  return (
    <Stack gap="sm">
      {theirs && (
        <Alert
          color="yellow"
          title={theirs.text === null ? words.goneTitle : words.changedTitle}
          role="alert"
        >
          <Stack gap="sm">
            <Text size="sm">{words.changedText}</Text>
            <Group>
              <Button size="compact-sm" color="red" onClick={() => save.mutate(true)}>
                {words.overwrite}
              </Button>
              {theirs.text !== null && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => {
                    base.current = theirs.text ?? '';
                    view.current?.replace(base.current.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
                    setTheirs(null);
                    setChanged(false);
                  }}
                >
                  {words.reload}
                </Button>
              )}
            </Group>
          </Stack>
        </Alert>
      )}
      {save.error && (
        <Alert color="red" title={words.failed} role="alert">
          {save.error.message}
        </Alert>
      )}
      <div ref={element} className="editor" />
      <Group>
        <Button onClick={() => save.mutate(false)} disabled={!isChanged} loading={save.isPending}>
          {words.save}
        </Button>
        <Button variant="default" onClick={() => (isChanged ? setLeaving(true) : onClose())}>
          {words.close}
        </Button>
        {isChanged && (
          <Text size="sm" className="quiet" role="status">
            {words.unsaved}
          </Text>
        )}
      </Group>
      <Confirm
        opened={isLeaving}
        onClose={() => setLeaving(false)}
        onConfirm={onClose}
        title={words.leaveTitle}
        action={words.leave}
      >
        {words.leaveText}
      </Confirm>
    </Stack>
  );
}

/** Asks before a link of the page leads away from unsaved text. */
function useLinkGuard(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const hold = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a[href], [role="tab"]') : null;
      if (link && !window.confirm(`${words.leaveTitle} ${words.leaveText}`)) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    document.addEventListener('click', hold, true);
    return () => document.removeEventListener('click', hold, true);
  }, [isChanged]);
}
