import { describe, expect, it } from 'vitest';
import type { ContainerInfo } from '../../docker/contract.ts';
import { exitInfo } from './exit-info.ts';
import { describeExit, isCrash } from './exit-reason.ts';
import { SignalLog } from './signal-log.ts';

const second = 1000;
const day = 24 * 3600 * second;
const endedAt = 100 * day;

const info = (exitCode: number, oomKilled = false): ContainerInfo => ({
  id: 'c',
  name: 'lightd-a',
  internalId: 'a',
  role: 'server',
  hostId: 'h',
  definitionHash: null,
  status: 'exited',
  running: false,
  pid: null,
  exitCode,
  oomKilled,
  stoppedByUser: false,
  error: '',
  startedAt: 0,
  finishedAt: endedAt,
  tty: false,
  published: [],
});

interface Case {
  code: number;
  /** The engine's mark. */
  mark?: boolean;
  /** Seconds before the end. */
  oomBefore?: number;
  outside?: { name: string; before: number };
  own?: string;
  engineWasAway?: boolean;
}

function endOf({ code, mark = false, oomBefore, outside, own, engineWasAway = false }: Case) {
  const signals = new SignalLog();
  if (own) {
    signals.sending(own);
    signals.told(own, endedAt);
  }
  if (outside) signals.told(outside.name, endedAt - outside.before * second);
  const oomAt = oomBefore === undefined ? null : endedAt - oomBefore * second;
  const exit = exitInfo({
    info: info(code, mark),
    evidence: { signals, oomAt, firstOutput: '' },
    told: { code, at: endedAt },
    engineWasAway,
  });
  return { crash: isCrash(exit, false), reason: describeExit(exit, false).reason, oom: exit.oom };
}

describe('F3 a mark of memory is a cause only of an end that looks like it', () => {
  it.each<[string, Case, { crash: boolean; oom: boolean }]>([
    ['the game itself was killed', { code: 137, mark: true, oomBefore: 0 }, { crash: true, oom: true }],
    ['…also if nobody heard of it', { code: 137, mark: true }, { crash: true, oom: true }],
    [
      'a child was killed long ago; it ends by itself',
      { code: 0, mark: true, oomBefore: 600 },
      { crash: false, oom: false },
    ],
    [
      '…a moment ago, and it ends in order',
      { code: 0, mark: true, oomBefore: 1 },
      { crash: false, oom: false },
    ],
    ['…and it fails at once', { code: 1, mark: true, oomBefore: 1 }, { crash: true, oom: true }],
    ['…and it fails much later', { code: 1, mark: true, oomBefore: 600 }, { crash: true, oom: false }],
    [
      '…and somebody stops it',
      { code: 143, mark: true, oomBefore: 1, outside: { name: 'SIGTERM', before: 0 } },
      { crash: false, oom: false },
    ],
    [
      '…and somebody kills it',
      { code: 137, mark: true, outside: { name: 'SIGKILL', before: 0 } },
      { crash: false, oom: false },
    ],
    ['…and we kill it', { code: 137, mark: true, own: 'SIGKILL' }, { crash: true, oom: false }],
    ['no mark', { code: 137 }, { crash: true, oom: false }],
    ['no mark, but the event', { code: 137, oomBefore: 0 }, { crash: true, oom: true }],
    ['the event after the end', { code: 137, oomBefore: -1 }, { crash: true, oom: true }],
    [
      'a child was killed long ago; somebody unknown kills it',
      { code: 137, mark: true, oomBefore: 600 },
      { crash: true, oom: false },
    ],
  ])('%s', (_what, end, expected) => {
    const { crash, oom } = endOf(end);
    expect({ crash, oom }).toEqual(expected);
    expect(endOf(end).reason.startsWith('out of memory')).toBe(oom);
  });
});

describe('F4 a signal from outside is a cause only of an end that looks like it', () => {
  it.each<[string, Case, string | null]>([
    ['docker stop', { code: 143, outside: { name: 'SIGTERM', before: 0 } }, 'SIGTERM'],
    [
      '…that the game takes two minutes to heed',
      { code: 143, outside: { name: 'SIGTERM', before: 119 } },
      'SIGTERM',
    ],
    ['…and then ends in order', { code: 0, outside: { name: 'SIGTERM', before: 60 } }, 'SIGTERM'],
    ['…with a code of its own', { code: 1, outside: { name: 'SIGTERM', before: 3 } }, 'SIGTERM'],
    ['docker kill', { code: 137, outside: { name: 'SIGKILL', before: 0 } }, 'SIGKILL'],
    ['SIGHUP that ends it', { code: 129, outside: { name: 'SIGHUP', before: 0 } }, 'SIGHUP'],
    ['SIGHUP, then a crash 12 s later', { code: 1, outside: { name: 'SIGHUP', before: 12 } }, null],
    ['SIGHUP, then a crash at once', { code: 1, outside: { name: 'SIGHUP', before: 1 } }, null],
    ['SIGHUP, then its own end an hour later', { code: 0, outside: { name: 'SIGHUP', before: 3600 } }, null],
    [
      'SIGTERM that it caught, then a crash 12 s later',
      { code: 1, outside: { name: 'SIGTERM', before: 12 } },
      null,
    ],
    [
      'SIGINT a week ago, then its own end',
      { code: 0, outside: { name: 'SIGINT', before: 7 * 86_400 } },
      null,
    ],
    [
      'SIGTERM a week ago, then a death by SIGTERM',
      { code: 143, outside: { name: 'SIGTERM', before: 7 * 86_400 } },
      null,
    ],
    ['SIGUSR1', { code: 1, outside: { name: 'SIGUSR1', before: 0 } }, null],
    ['SIGSEGV of its own after SIGTERM', { code: 139, outside: { name: 'SIGTERM', before: 30 } }, null],
  ])('%s', (_what, end, signal) => {
    const { reason, crash } = endOf(end);
    expect(/from outside with (SIG\w+)/.exec(reason)?.[1] ?? null).toBe(signal);
    if (signal !== null) expect(crash).toBe(false);
    else expect(crash).toBe(end.code !== 0);
  });

  it('our own signals are nobody else’s, unless they were never sent', () => {
    const signals = new SignalLog();
    const notSent = signals.sending('SIGTERM');
    notSent();
    signals.told('SIGTERM', endedAt);
    expect(signals.causeOf({ code: 143, at: endedAt })).toBe('SIGTERM');
    expect(signals.hasSent('SIGTERM')).toBe(false);
  });

  it('of two signals of one name the second is somebody else’s', () => {
    const signals = new SignalLog();
    signals.sending('SIGTERM');
    signals.told('SIGTERM', endedAt);
    expect(signals.causeOf({ code: 143, at: endedAt })).toBeNull();
    signals.told('SIGTERM', endedAt);
    expect(signals.causeOf({ code: 143, at: endedAt })).toBe('SIGTERM');
  });
});

describe('G12 an engine that stops takes its servers along', () => {
  it('and that is a wish of nobody', () => {
    const end = endOf({ code: 143, outside: { name: 'SIGTERM', before: 1 }, engineWasAway: true });
    expect(end).toEqual({
      crash: true,
      oom: false,
      reason: 'ended while the Docker engine was away (exit code 143, SIGTERM)',
    });
  });
});
