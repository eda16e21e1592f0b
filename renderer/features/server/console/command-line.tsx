import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronRight } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isUp } from '../../../../shared/model/power.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { useServer } from '../server-context.ts';
import { addCommand, completionOf, readCommands } from './command-history.ts';
import { strings } from './strings.ts';
import { useConsoleKey } from './use-console-key.ts';

/** Pasted lines that are shown before they are sent. */
const shownLines = 6;

/** The line below the terminal: history by the arrow keys, completion from it by Tab, pasting of many lines is asked about. */
export function CommandLine() {
  const server = useServer();
  const state = useStore(server.store, (view) => view.state);
  const isOffline = useStore(server.store, (view) => view.link.status === 'offline');
  const [text, setText] = useState('');
  const [commands, setCommands] = useState(() => readCommands(server.id));
  const [place, setPlace] = useState<number | null>(null);
  const [pasted, setPasted] = useState<string[] | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const isReady = state !== null && isUp(state);
  const completion = completionOf(commands, text);
  useConsoleKey(isSlash, () => input.current?.focus());

  /** False if it was not taken, which is said. */
  const send = (line: string): boolean => {
    if (!server.command(line)) {
      notifications.show({ color: 'red', message: strings.tooMany });
      return false;
    }
    if (line.trim() !== '') setCommands(addCommand(server.id, line));
    setText('');
    setPlace(null);
    return true;
  };
  const recall = (step: 1 | -1): void => {
    const next = (place ?? commands.length) + step;
    if (next < 0) return;
    setPlace(next >= commands.length ? null : next);
    setText(commands[next] ?? '');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowUp') recall(-1);
    else if (event.key === 'ArrowDown') recall(1);
    else if (event.key === 'Tab' && !event.shiftKey && completion) setText(completion);
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const lines = event.clipboardData.getData('text').replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
    if (lines.length < 2) return;
    event.preventDefault();
    setPasted(lines);
  };
  // The question stands beside the form: a form within it would send the line, too.
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) send(text);
        }}
      >
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            ref={input}
            style={{ flex: 1 }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            disabled={!isReady}
            aria-label={strings.type}
            placeholder={isReady ? strings.type : strings.notRunning}
            leftSection={<IconChevronRight size={16} />}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
          <Button type="submit" disabled={!isReady}>
            {strings.send}
          </Button>
        </Group>
        {isReady && (completion || isOffline) && (
          <Text size="xs" className="quiet" pl={36} pt={2}>
            {isOffline ? strings.offline : `Tab: ${completion}`}
          </Text>
        )}
      </form>
      <Confirm
        opened={pasted !== null}
        onClose={() => setPasted(null)}
        onConfirm={() => {
          // The first that isn't taken ends it: those behind it must not come before it.
          pasted?.every(send);
          setPasted(null);
        }}
        title={strings.pasteTitle(pasted?.length ?? 0)}
        action={strings.pasteAction}
      >
        <Stack gap="xs">
          <Text size="sm">{strings.pasteHelp}</Text>
          <Code block>{(pasted ?? []).slice(0, shownLines).join('\n')}</Code>
          {pasted !== null && pasted.length > shownLines && (
            <Text size="sm" className="quiet">
              {strings.pasteRest(pasted.length - shownLines)}
            </Text>
          )}
        </Stack>
      </Confirm>
    </>
  );
}

/** `/` outside of a field. */
function isSlash({ key, target, ctrlKey, metaKey, altKey }: globalThis.KeyboardEvent): boolean {
  const isField =
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
  return key === '/' && !isField && !ctrlKey && !metaKey && !altKey;
}
