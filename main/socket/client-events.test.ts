import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../shared/protocol/client-events.ts';
import type { Grant } from '../auth/contract.ts';
import { type ClientEventContext, handleClientEvent } from './client-events.ts';

const events: ClientEvent[] = [
  { event: 'send_command', command: 'say hi\n' },
  { event: 'power', action: 'stop' },
  { event: 'request_logs', lines: 5, before: 100 },
];

function makeContext(scopes: string[]): { context: ClientEventContext; done: string[] } {
  const done: string[] = [];
  const grant: Pick<Grant, 'may'> = { may: (scope, server) => server === 's1' && scopes.includes(scope) };
  const note = (what: string): string | null => {
    done.push(what);
    return what.includes('stop') ? 'it does not run' : null;
  };
  const server = {
    sendCommand: (command: string) => note(`command ${command}`),
    power: (action: string) => note(`power ${action}`),
  };
  const logs = (lines: number, before: number | undefined) => note(`logs ${lines} ${before}`);
  return { context: { grant, serverId: 's1', server, isBeingSetUp: () => false, logs }, done };
}

describe('what a client asks by socket', () => {
  it('S12 S13 S14 is done, or answered with the reason of whoever should do it', () => {
    const { context, done } = makeContext(['console.send', 'power', 'console.read']);
    expect(events.map((event) => handleClientEvent(context, event))).toEqual([null, 'it does not run', null]);
    expect(done).toEqual(['command say hi\n', 'power stop', 'logs 5 100']);
  });

  it('X6 is refused without the scope, and nothing is done', () => {
    const { context, done } = makeContext([]);
    expect(events.map((event) => handleClientEvent(context, event))).toEqual([
      'not permitted: console.send',
      'not permitted: power',
      'not permitted: console.read',
    ]);
    expect(done).toEqual([]);
  });

  it('S4 is answered where there is no such server', () => {
    const { context } = makeContext(['console.send', 'power', 'console.read']);
    for (const event of events)
      expect(handleClientEvent({ ...context, server: null }, event)).toBe('there is no server s1');
    for (const event of events)
      expect(handleClientEvent({ ...context, server: null, isBeingSetUp: () => true }, event)).toMatch(
        /s1 is still being set up/,
      );
  });
});
