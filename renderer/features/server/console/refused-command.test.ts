import { expect, test } from 'vitest';
import { refusedCommand } from './refused-command.ts';

const message = (id: number, text: string) => ({ id, at: 1, text });
const sent = { line: 'say hello', messageId: 4 };

test('I4 a command that the host refused comes back, in the words that it refuses with', () => {
  expect(refusedCommand(sent, [message(5, 'Error: not permitted: console.send')])).toBe('say hello');
  const stopped = "Error: the command was not sent: the server isn't running";
  expect(refusedCommand(sent, [message(5, stopped), message(6, 'Container stopped')])).toBe('say hello');
});

test('what was refused before it, or is about something else, is none of its', () => {
  expect(refusedCommand(sent, [message(4, 'Error: not permitted: console.send')])).toBeNull();
  expect(refusedCommand(sent, [message(5, 'Error: the resources were not changed')])).toBeNull();
  expect(refusedCommand(null, [message(5, 'Error: not permitted: console.send')])).toBeNull();
});
