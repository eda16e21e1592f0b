import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useRef } from 'react';
import { useStore } from 'zustand';
import { isUp } from '../../../../shared/model/power.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { useServer } from '../server-context.ts';
import { PasteQuestion } from './paste-question.tsx';
import { strings } from './strings.ts';
import { useCommandInput } from './use-command-input.ts';
import { useConsoleKey } from './use-console-key.ts';

/** The line below the terminal: history by the arrow keys, completion from it by Tab, pasting of many lines is asked about. */
export function CommandLine() {
  const server = useServer();
  const state = useStore(server.store, (view) => view.state);
  const isOffline = useStore(server.store, (view) => view.link.status === 'offline');
  const input = useRef<HTMLInputElement>(null);
  const { text, setText, completion, pasted, setPasted, send, onKeyDown, onPaste } = useCommandInput(input);
  const { may, isKnown } = usePermission();
  const mayType = may('console.send', server.id);
  const isReady = mayType && state !== null && isUp(state);
  const hint = !mayType ? strings.notPermitted : isReady ? strings.type : strings.notRunning;
  useConsoleKey(isSlash, () => input.current?.focus());
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
            classNames={{ input: 'says-why' }}
            aria-label={strings.type}
            placeholder={isKnown ? hint : ''}
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
            {isOffline ? strings.offline : strings.completion(completion ?? '')}
          </Text>
        )}
      </form>
      <PasteQuestion
        lines={pasted}
        onClose={() => setPasted(null)}
        onSend={() => {
          // The first that isn't taken ends it: those behind it must not come before it.
          pasted?.every(send);
          setPasted(null);
        }}
      />
    </>
  );
}

/** `/` outside of a field. */
function isSlash({ key, target, ctrlKey, metaKey, altKey }: globalThis.KeyboardEvent): boolean {
  const isField =
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
  return key === '/' && !isField && !ctrlKey && !metaKey && !altKey;
}
