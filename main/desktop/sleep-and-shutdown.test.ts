import { describe, expect, test } from 'vitest';
import { wireStates } from '../../shared/model/server.ts';
import { until } from '../../tests/support/until.ts';
import { FakeWatch, summary } from './desktop.test-helper.ts';
import { planEnd } from './end-plan.ts';
import { stopServers } from './sleep-and-shutdown.ts';

const allStates = wireStates.map((state) => summary({ internal_id: state, state }));
const nothing = { stop: [], remember: [] };
const active = ['starting', 'running', 'stopping'];

describe('when the app ends', () => {
  test.each([
    ['quit', 'stop', { stop: active, remember: [] }],
    ['quit', 'leave', nothing],
    ['quit', 'ask', nothing],
    ['shutdown', 'stop', { stop: active, remember: ['starting', 'running'] }],
    ['shutdown', 'leave', { stop: active, remember: ['starting', 'running'] }],
    ['shutdown', 'ask', { stop: active, remember: ['starting', 'running'] }],
    ['suspend', 'stop', nothing],
    ['suspend', 'leave', nothing],
  ] as const)('by %s with %s', (event, onQuit, plan) => {
    expect(planEnd({ event, onQuit, host: 'own', servers: allStates })).toEqual(plan);
    expect(planEnd({ event, onQuit, host: 'attached', servers: allStates })).toEqual(nothing);
    expect(planEnd({ event, onQuit, host: 'own', servers: null })).toEqual(nothing);
  });
});

describe('stopping servers', () => {
  const running = (...ids: string[]) => ids.map((internal_id) => summary({ internal_id }));

  test('asks each once, waits for all, and for nothing when there is none', async () => {
    const watch = new FakeWatch(running('a', 'b', 'other'));
    watch.onPower = (id) => watch.setState(id, 'stopping');
    const ended = stopServers({ watch, ids: ['a', 'b', 'gone'], deadlineMs: 60_000 });
    expect(watch.asked).toEqual(['stop a', 'stop b']);
    watch.setState('b', 'exit');
    expect(watch.listeners).toBe(1);
    watch.setState('a', 'exit');
    expect(await ended).toEqual([]);
    expect(watch.asked).toEqual(['stop a', 'stop b']);
    expect(watch.listeners).toBe(0);
    expect(await stopServers({ watch, ids: [], deadlineMs: 60_000 })).toEqual([]);
  });

  test('ends at the deadline, and says which still run', async () => {
    const watch = new FakeWatch(running('slow', 'quick'));
    watch.onPower = (id) => watch.setState(id, id === 'quick' ? 'exit' : 'stopping');
    expect(await stopServers({ watch, ids: ['slow', 'quick'], deadlineMs: 20 })).toEqual(['slow']);
    expect(watch.listeners).toBe(0);
  });

  test('ends when nobody wants to wait any more', async () => {
    const watch = new FakeWatch(running('a'));
    const stop = new AbortController();
    const ended = stopServers({ watch, ids: ['a'], deadlineMs: 60_000, signal: stop.signal });
    stop.abort();
    expect(await ended).toEqual(['a']);
    expect(watch.listeners).toBe(0);
  });

  test('doesn’t wait for an engine that is away', async () => {
    const watch = new FakeWatch(running('a'));
    const ended = stopServers({ watch, ids: ['a'], deadlineMs: 60_000 });
    watch.setState('a', 'unknown');
    expect(await ended).toEqual(['a']);
    watch.set(null);
    expect(await stopServers({ watch, ids: ['a'], deadlineMs: 60_000 })).toEqual(['a']);
  });

  test('asks again what refused or came up again, but not for ever', async () => {
    const watch = new FakeWatch([summary({ internal_id: 'a', state: 'starting' })]);
    watch.onPower = () => {
      throw new Error('can’t stop now: start is under way');
    };
    const ended = stopServers({ watch, ids: ['a'], deadlineMs: 60_000 });
    await until(() => watch.asked.length === 1);
    for (let count = 0; count < 10; count += 1) {
      await Promise.resolve();
      await Promise.resolve();
      watch.setState('a', count % 2 ? 'starting' : 'running');
    }
    expect(watch.asked).toEqual(['stop a', 'stop a', 'stop a']);
    watch.setState('a', 'exit');
    expect(await ended).toEqual([]);
  });
});
