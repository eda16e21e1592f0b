import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, pathOf } from '../../../../../client/http-client.ts';
import { writeContent } from '../../../../../shared/http/files.ts';
import { api, queryClient } from '../../../../link/api.ts';
import { Confirm } from '../../../../ui/confirm.tsx';
import { useLeaveGuard } from '../../../../ui/leave-guard.ts';
import { nameOf } from '../paths.ts';
import { strings } from '../strings.ts';
import { type CodeView, openCodeView } from './code-view.ts';
import { type ReadFile, readFileText } from './read-file-text.ts';
import { type TextFile, writeText } from './text-file.ts';

interface EditorProps {
  volume: string;
  path: string;
  opened: TextFile;
  onClose: () => void;
}

type OnHost = ReadFile | { status: 'gone' };

/** What is on the host now. */
async function onHost(volume: string, path: string): Promise<OnHost> {
  try {
    return await readFileText(volume, path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { status: 'gone' };
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
  /** Its byte order mark and line ends, which stay as they are on the host. */
  const form = useRef(opened);
  const [theirs, setTheirs] = useState<OnHost | null>(null);
  const textNow = (): string => writeText({ ...form.current, text: view.current?.text() ?? opened.text });
  const save = useMutation({
    async mutationFn(isForced: boolean) {
      const text = textNow();
      if (!isForced) {
        const now = await onHost(volume, path);
        if (now.status !== 'text' || writeText(now.file) !== base.current) return now;
      }
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
      notifications.show({ message: strings.saved });
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
      label: strings.editor(nameOf(path)),
      text: opened.text,
      onChange: () => setChanged(writeText({ ...form.current, text: made.text() }) !== base.current),
      onSave: () => saveRef.current(),
    });
    view.current = made;
    return () => made.close();
  }, [path]);
  const guard = useLeaveGuard(isChanged);

  return (
    <Stack gap="sm">
      {theirs && (
        <Conflict
          theirs={theirs}
          onReplace={() => save.mutate(true)}
          onLoad={(file) => {
            form.current = file;
            base.current = writeText(file);
            view.current?.replace(file.text);
            setTheirs(null);
            setChanged(false);
          }}
        />
      )}
      {save.error && (
        <Alert color="red" title={strings.failed} role="alert">
          {save.error.message}
        </Alert>
      )}
      <div ref={element} className="editor" />
      <Group>
        <Button onClick={() => save.mutate(false)} disabled={!isChanged} loading={save.isPending}>
          {strings.save}
        </Button>
        <Button variant="default" onClick={onClose}>
          {strings.close}
        </Button>
        {isChanged && (
          <Text size="sm" className="quiet" role="status">
            {strings.unsaved}
          </Text>
        )}
      </Group>
      <Confirm
        opened={guard.isAsked}
        onClose={guard.stay}
        onConfirm={guard.leave}
        title={strings.leaveTitle}
        action={strings.leave}
      >
        {strings.leaveText}
      </Confirm>
    </Stack>
  );
}

interface ConflictProps {
  theirs: OnHost;
  onReplace: () => void;
  onLoad: (file: TextFile) => void;
}

/** The file is another one than was opened. Only a text can be loaded instead. */
function Conflict({ theirs, onReplace, onLoad }: ConflictProps) {
  return (
    <Alert
      color="yellow"
      title={theirs.status === 'gone' ? strings.goneTitle : strings.changedTitle}
      role="alert"
    >
      <Stack gap="sm">
        <Text size="sm">{strings.changedText}</Text>
        <Group>
          <Button size="compact-sm" color="red" onClick={onReplace}>
            {strings.overwrite}
          </Button>
          {theirs.status === 'text' && (
            <Button size="compact-sm" variant="default" onClick={() => onLoad(theirs.file)}>
              {strings.reload}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
