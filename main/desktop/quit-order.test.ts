import { describe, expect, test, vi } from 'vitest';
import type { ServerSummary } from '../../shared/model/host.ts';
import { preferencesSchema } from '../../shared/model/preferences.ts';
import type { HostConnection, HostWatch } from './contract.ts';
import { summary } from './desktop.test-helper.ts';
import { type QuitOptions, quitInOrder } from './quit-order.ts';

const server = (internal_id: string, state: ServerSummary['state']): ServerSummary =>
  summary({ internal_id, name: internal_id, state });

/** A host that is asked by its socket: no real one, since what counts is the order of what it is asked. */
function scene(states: ServerSummary['state'][], request: Partial<QuitOptions> & { obeys?: boolean } = {}) {
  const done: string[] = [];
  const listeners = new Set<() => void>();
  let servers = states.map((state, index) => server(`s${index}`, state));
  const watch: HostWatch = {
    get servers() {
      return servers;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onNews: () => () => {},
    async power(id, action) {
      done.push(`${action} ${id}`);
      if (request.obeys === false) return;
      setTimeout(() => {
        servers = servers.map((one) => (one.internal_id === id ? server(id, 'exit') : one));
        for (const listener of listeners) listener();
      }, 5);
    },
    close() {},
  };
  const host: HostConnection = {
    kind: 'own',
    resetToken: async () => '',
    url: 'http://127.0.0.1:1',
    token: 'x',
    dataDir: '/d',
    close: async () => void done.push('close'),
  };
  const ask = vi.fn<QuitOptions['ask']>(async () => 'leave');
  const options: QuitOptions = {
    host,
    watch,
    preferences: preferencesSchema.parse({}),
    canAsk: true,
    event: 'quit',
    ask,
    leave: async () => true,
    onStopping: () => {},
    remember: (ids) => void (ids.length > 0 && done.push(`remember ${ids.join()}`)),
    hurry: new AbortController().signal,
    forced: new AbortController().signal,
    ...request,
  };
  return { run: () => quitInOrder(options), done, ask, listeners, watch };
}

describe('the end of the app', () => {
  test('asks what becomes of those that run, and leaves them if told so', async () => {
    const { run, done, ask } = scene(['running', 'exit', 'starting']);
    expect([await run(), done]).toEqual([true, ['close']]);
    expect(ask.mock.calls.map(([running]) => running.map(({ name }) => name))).toEqual([['s0', 's2']]);
  });

  test('a signal that comes while it asks closes the question, and leaves them', async () => {
    const forced = new AbortController();
    const { run, done } = scene(['running'], {
      forced: forced.signal,
      // As a dialog that is closed from outside answers.
      ask: (_running, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
    });
    const ended = run();
    forced.abort();
    expect([await ended, done]).toEqual([true, ['close']]);
  });

  test('the last server that ends while it asks closes the question', async () => {
    const { run, done, listeners, watch } = scene(['running', 'running'], {
      ask: (_running, over) =>
        new Promise((resolve) => {
          over.addEventListener('abort', () => resolve(null));
          void watch.power('s0', 'stop').then(() => watch.power('s1', 'stop'));
        }),
    });
    expect([await run(), done]).toEqual([true, ['stop s0', 'stop s1', 'close']]);
    expect(listeners.size).toBe(0);
  });

  test('doesn’t ask for nothing, for another’s host, without anybody there, or when it knows', async () => {
    const attached: HostConnection = {
      kind: 'attached',
      resetToken: async () => '',
      url: '',
      token: '',
      dataDir: '',
      close: async () => {},
    };
    const leave = preferencesSchema.parse({ on_quit: 'leave' });
    const cases: [ServerSummary['state'], Partial<QuitOptions>][] = [
      ['exit', {}],
      ['running', { host: attached }],
      ['running', { canAsk: false }],
      ['running', { preferences: leave }],
    ];
    for (const [state, request] of cases) {
      const { run, ask } = scene([state], request);
      expect(await run()).toBe(true);
      expect(ask).not.toHaveBeenCalled();
    }
  });

  test('stops those that run, waits until they have, then closes; each is asked once', async () => {
    const preferences = preferencesSchema.parse({ on_quit: 'stop' });
    const { run, done, listeners } = scene(['running', 'exit', 'starting'], { preferences });
    await run();
    expect(done).toEqual(['stop s0', 'stop s2', 'close']);
    expect(listeners.size).toBe(0);
  });

  test('one that doesn’t stop in time goes on; a user who thinks better of it changes nothing', async () => {
    const preferences = preferencesSchema.parse({ on_quit: 'stop' });
    const stubborn = scene(['running'], { preferences, obeys: false, deadlineMs: 20 });
    expect([await stubborn.run(), stubborn.done]).toEqual([true, ['stop s0', 'close']]);
    const cancelled = scene(['running'], { ask: async () => null });
    expect([await cancelled.run(), cancelled.done]).toEqual([false, []]);
    const unsaved = scene(['running'], { preferences, leave: async () => false });
    expect([await unsaved.run(), unsaved.done]).toEqual([false, []]);
  });

  test('a machine that goes down ends them in any case: so they are stopped well, nobody is asked, and they come back', async () => {
    const { run, done, ask } = scene(['running', 'exit', 'running'], { event: 'shutdown' });
    expect([await run(), done]).toEqual([true, ['remember s0,s2', 'stop s0', 'stop s2', 'close']]);
    expect(ask).not.toHaveBeenCalled();
  });
});
