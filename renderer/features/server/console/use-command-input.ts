import { notifications } from '@mantine/notifications';
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useServer } from '../server-context.ts';
import { addCommand, completionOf, readCommands } from './command-history.ts';
import { refusedCommand, type SentCommand } from './refused-command.ts';
import { strings } from './strings.ts';

interface CommandInput {
  text: string;
  setText: (text: string) => void;
  /** What Tab makes of the text; null if nothing. */
  completion: string | null;
  /** Lines that were pasted and not sent yet; null for none. */
  pasted: readonly string[] | null;
  setPasted: (lines: readonly string[] | null) => void;
  /** Sends a line. False if it was not taken, which is said. */
  send: (line: string) => boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  onPaste: (event: ClipboardEvent) => void;
}

/** What is typed for a server: earlier commands by the arrow keys, completion from them by Tab, pasted lines kept back. */
export function useCommandInput(input: RefObject<HTMLInputElement | null>): CommandInput {
  const server = useServer();
  const [text, setText] = useState('');
  const [commands, setCommands] = useState(() => readCommands(server.id));
  /** Where in the commands the text is from; null for what was typed. */
  const [place, setPlace] = useState<number | null>(null);
  const [pasted, setPasted] = useState<readonly string[] | null>(null);
  const sent = useRef<SentCommand | null>(null);
  const completion = completionOf(commands, text);
  const messages = useStore(server.store, (view) => view.messages);
  useEffect(() => {
    const refused = refusedCommand(sent.current, messages);
    if (refused === null) return;
    sent.current = null;
    // What was typed meanwhile is not for us to replace.
    setText((now) => (now === '' ? refused : now));
  }, [messages]);

  const send = (line: string): boolean => {
    if (!server.command(line)) {
      notifications.show({ color: 'red', message: strings.tooMany });
      return false;
    }
    sent.current = { line, messageId: server.lastMessageId };
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
  return { text, setText, completion, pasted, setPasted, send, onKeyDown, onPaste };
}
