import { describe, expect, it } from 'vitest';
import { EventMemory, engineEvent } from './engine-events.ts';

function raw(
  action: string,
  attributes: Record<string, string> = {},
  timeNano = 1_795_469_696_177_923_000,
): unknown {
  const ours = { 'lightdeck.id': 'mc', 'lightdeck.host': 'host-1', image: 'x', ...attributes };
  return {
    Type: 'container',
    Action: action,
    Actor: { ID: 'abc', Attributes: ours },
    scope: 'local',
    time: 1_795_469_696,
    timeNano,
  };
}

const told = (value: unknown) => engineEvent(value, 'host-1')?.event ?? null;

describe('engineEvent', () => {
  it('S10: reads the facts that we follow, with the time in milliseconds', () => {
    const base = { id: 'abc', internalId: 'mc', at: 1_795_469_696_177 };
    expect(told(raw('start'))).toEqual({ type: 'start', ...base });
    expect(told(raw('die', { exitCode: '137' }))).toEqual({ type: 'die', ...base, exitCode: 137 });
    expect(told(raw('kill', { signal: '9' }))).toEqual({ type: 'kill', ...base, signal: 'SIGKILL' });
    expect(told(raw('kill', { signal: '34' }))).toEqual({ type: 'kill', ...base, signal: 'SIG34' });
    for (const type of ['create', 'destroy', 'oom', 'pause', 'unpause'])
      expect(told(raw(type))?.type).toBe(type);
  });

  it('passes over what we do not follow', () => {
    for (const action of [
      'exec_create: sh -c die',
      'exec_die',
      'health_status: healthy',
      'attach',
      'resize',
      'top',
    ]) {
      expect(told(raw(action))).toBeNull();
    }
    expect(told({ Type: 'network', Action: 'create' })).toBeNull();
    expect(told('garbage')).toBeNull();
  });

  it('A40 passes over containers of other hosts; those of nobody are told without a server', () => {
    expect(engineEvent(raw('start'), 'host-2')).toBeNull();
    const of = (Attributes: Record<string, string>) =>
      told({ Type: 'container', Action: 'start', Actor: { ID: 'x', Attributes }, timeNano: 1 });
    expect(of({ image: 'y' })).toEqual({ type: 'start', id: 'x', internalId: null, at: 0 });
    expect(of({ 'lightdeck.id': 'mc' })).toBeNull();
    expect(of({ 'lightdeck.host': 'host-1' })).toBeNull();
  });
});

describe('EventMemory', () => {
  const timed = (nano: number, type: 'start' | 'oom' = 'start') => ({
    event: { type, id: 'abc', internalId: 'mc', at: Math.floor(nano / 1e6) },
    nano,
  });

  it('S10: tells a replayed event apart, and knows the newest', () => {
    const memory = new EventMemory();
    expect(memory.newestAt).toBeNull();
    expect(memory.isNew(timed(5e9))).toBe(true);
    expect(memory.isNew(timed(5e9))).toBe(false);
    expect(memory.isNew(timed(5e9, 'oom'))).toBe(true);
    expect(memory.isNew(timed(5e9 + 1))).toBe(true);
    expect(memory.isNew(timed(4e9))).toBe(true);
    expect(memory.newestAt).toBe(5_000);
  });

  it('forgets what no reconnect asks for again', () => {
    const memory = new EventMemory();
    for (let index = 0; index < 10_000; index += 1) memory.isNew(timed(1e9 + index));
    expect(memory.isNew(timed(1e9))).toBe(true);
    memory.isNew(timed(20e9));
    expect(memory.isNew(timed(1e9 + 9_999))).toBe(true);
  });
});
