import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WireState, wireStates } from '../../../shared/model/server.ts';
import type { ExitInfo } from '../container/exit-reason.ts';
import { maxCrashes } from './run.ts';
import {
  actionUnderWay,
  type Command,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  type Observed,
  type Phase,
  wireState,
} from './state.ts';
import { transition } from './transition.ts';

const config: MachineConfig = { hasPattern: true, restartPolicy: 'on-failure', stopTimeoutMs: 30_000 };
const plain: MachineConfig = { ...config, hasPattern: false };
const base: MachineState = {
  phase: { name: 'offline', pending: null },
  wanted: 'stopped',
  everStarted: true,
  crashes: 0,
  lastExit: null,
  startAtBoot: false,
};
const exit = (info: Partial<ExitInfo> = {}): ExitInfo => ({
  at: 1_000_000,
  code: 0,
  oom: false,
  outsideSignal: null,
  engineWasAway: false,
  memoryKilledAt: null,
  fault: null,
  ...info,
});

const phases = {
  installing: { name: 'installing' },
  failed: { name: 'failed' },
  offline: { name: 'offline', pending: null },
  waiting4restart: { name: 'offline', pending: 'crash' },
  preparing: { name: 'starting', step: 'preparing', restart: false, startedAt: null },
  waiting: { name: 'starting', step: 'waiting', restart: false, startedAt: 999_000 },
  running: { name: 'running', startedAt: 999_000 },
  stopping: { name: 'stopping', action: 'stop', startedAt: 999_000 },
  restarting: { name: 'stopping', action: 'restart', startedAt: 999_000 },
  killing: { name: 'stopping', action: 'kill', startedAt: 999_000 },
  lostRunning: { name: 'unknown', last: { name: 'running', startedAt: 999_000 } },
  lostOffline: { name: 'unknown', last: { name: 'offline', pending: null } },
} satisfies Record<string, Phase>;

function go(
  phase: Phase,
  event: MachineEvent,
  use: MachineConfig = config,
  more: Partial<MachineState> = {},
) {
  const result = transition({ ...base, ...more, phase }, event, use);
  if ('refused' in result) return { refused: result.refused, wire: '', texts: [], effects: [], state: null };
  return {
    refused: null,
    wire: wireState(result.state),
    state: result.state,
    effects: result.effects
      .filter((effect) => effect.type !== 'notify' && effect.type !== 'cancel-timers')
      .map((e) => e.type),
    texts: result.effects.flatMap((effect: Effect) => (effect.type === 'notify' ? [effect.text] : [])),
  };
}

describe('the table of commands (S13)', () => {
  const cases: [keyof typeof phases, Command, string][] = [
    ['offline', 'start', 'starting: start'],
    ['offline', 'restart', 'starting: start'],
    ['offline', 'stop', 'refused: the server is not running'],
    ['offline', 'kill', 'refused: the server is not running'],
    ['waiting4restart', 'start', 'starting: start'],
    ['waiting4restart', 'stop', 'exit: '],
    ['waiting4restart', 'kill', 'exit: '],
    ['running', 'start', 'refused: the server is running already'],
    ['running', 'stop', 'stopping: ask-to-stop'],
    ['running', 'restart', 'stopping: ask-to-stop'],
    ['running', 'kill', 'stopping: sigkill'],
    ['waiting', 'start', 'refused: the server is running already'],
    ['waiting', 'stop', 'stopping: ask-to-stop'],
    ['waiting', 'kill', 'stopping: sigkill'],
    ['preparing', 'start', "refused: can't start now: start is under way"],
    ['preparing', 'stop', "refused: can't stop now: start is under way"],
    ['preparing', 'kill', 'stopping: abandon-start'],
    ['stopping', 'start', "refused: can't start now: stop is under way"],
    ['stopping', 'stop', "refused: can't stop now: stop is under way"],
    ['stopping', 'kill', 'stopping: sigkill'],
    ['restarting', 'stop', "refused: can't stop now: restart is under way"],
    ['restarting', 'kill', 'stopping: sigkill'],
    ['killing', 'kill', 'stopping: sigkill'],
    ['killing', 'start', "refused: can't start now: kill is under way"],
    ['installing', 'start', "refused: can't start now: install is under way"],
    ['installing', 'kill', "refused: can't kill now: install is under way"],
    ['failed', 'start', "refused: can't start: the install failed; reinstall it first"],
    ['failed', 'kill', 'refused: the server is not running'],
    ['offline', 'rebind', 'exit: '],
    ['failed', 'rebind', 'failed: '],
    ['waiting4restart', 'rebind', 'exit: '],
    ['running', 'rebind', 'stopping: ask-to-stop'],
    ['waiting', 'rebind', 'stopping: ask-to-stop'],
    ['preparing', 'rebind', "refused: can't rebind now: start is under way"],
    ['stopping', 'rebind', "refused: can't rebind now: stop is under way"],
    ['restarting', 'rebind', "refused: can't rebind now: restart is under way"],
    ['killing', 'rebind', "refused: can't rebind now: kill is under way"],
    ['installing', 'rebind', "refused: can't rebind now: install is under way"],
    ['lostRunning', 'rebind', "refused: can't rebind: the Docker engine can't be reached"],
    ['lostOffline', 'rebind', "refused: can't rebind: the Docker engine can't be reached"],
    ['offline', 'reinstall', 'installing: install'],
    ['failed', 'reinstall', 'installing: install'],
    ['waiting4restart', 'reinstall', 'installing: install'],
    ['running', 'reinstall', "refused: can't reinstall: the server is running; stop it first"],
    ['waiting', 'reinstall', "refused: can't reinstall: the server is running; stop it first"],
    ['preparing', 'reinstall', "refused: can't reinstall now: start is under way"],
    ['stopping', 'reinstall', "refused: can't reinstall now: stop is under way"],
    ['restarting', 'reinstall', "refused: can't reinstall now: restart is under way"],
    ['killing', 'reinstall', "refused: can't reinstall now: kill is under way"],
    ['installing', 'reinstall', "refused: can't reinstall now: install is under way"],
    ['lostRunning', 'reinstall', "refused: can't reinstall: the Docker engine can't be reached"],
    ['lostOffline', 'reinstall', "refused: can't reinstall: the Docker engine can't be reached"],
    ['lostRunning', 'stop', "refused: can't stop: the Docker engine can't be reached"],
    ['lostOffline', 'start', "refused: can't start: the Docker engine can't be reached"],
  ];
  it.each(cases)('%s + %s → %s', (phase, action, expected) => {
    const { refused, wire, effects } = go(phases[phase], { type: 'command', action });
    expect(refused === null ? `${wire}: ${effects.join(', ')}` : `refused: ${refused}`).toBe(expected);
  });
});

describe('A5 A6 other ports and a new install', () => {
  it('a rebinding of a running server goes through exit into a start, and wants it to run', () => {
    const { state } = go(phases.running, { type: 'command', action: 'rebind' });
    expect([state?.phase, state?.wanted]).toEqual([
      { name: 'stopping', action: 'restart', startedAt: 999_000 },
      'running',
    ]);
    const ended = transition(state ?? base, { type: 'exited', exit: exit() }, config);
    expect('effects' in ended && ended.effects).toContainEqual({ type: 'schedule-restart', ms: 0 });
  });
  it('after a new install the server is as one that never ran, with its pending restart forgotten', () => {
    const pending = { wanted: 'running', crashes: 3 } as const;
    const { state } = go(phases.waiting4restart, { type: 'command', action: 'reinstall' }, config, pending);
    expect(state).toMatchObject({ wanted: 'stopped', crashes: 0, everStarted: false });
    expect(go(phases.installing, { type: 'install-done' }, config, state ?? {}).wire).toBe('installed');
  });
});

describe('the life of a run (S10, S11)', () => {
  it('runs as soon as the container does when there is no pattern', () => {
    const { wire, texts } = go(phases.preparing, { type: 'container-started', at: 5 }, plain);
    expect([wire, ...texts]).toEqual(['running', 'Container started']);
  });
  it('waits for its pattern, then tells it', () => {
    expect(go(phases.preparing, { type: 'container-started', at: 5 }).wire).toBe('starting');
    const { wire, texts } = go(phases.waiting, { type: 'ready' });
    expect([wire, ...texts]).toEqual(['running', 'Server started']);
  });
  it('tells a restart as such, and passes through exit', () => {
    const stopped = go(phases.restarting, { type: 'exited', exit: exit() });
    expect([stopped.wire, ...stopped.effects]).toEqual(['exit', 'schedule-restart']);
    const again = transition(stopped.state ?? base, { type: 'restart-due' }, plain);
    expect('state' in again && wireState(again.state)).toBe('starting');
    const up =
      'state' in again ? transition(again.state, { type: 'container-started', at: 9 }, plain) : again;
    expect('effects' in up && up.effects).toContainEqual({ type: 'notify', text: 'Container restarted' });
  });
  it('kills after the grace period', () => {
    const { effects, texts } = go(phases.stopping, { type: 'stop-deadline' });
    expect([effects, texts]).toEqual([['sigkill'], ['Not stopped within 30 s: killing it (SIGKILL)']]);
  });
  it('sees a start from outside', () => {
    expect(go(phases.offline, { type: 'container-started', at: 5 }).state?.wanted).toBe('running');
  });
  it('says installed until the first start, exit after it', () => {
    expect(go(phases.installing, { type: 'install-done' }, config, { everStarted: false }).wire).toBe(
      'installed',
    );
    expect(go(phases.offline, { type: 'ready' }).wire).toBe('exit');
  });
  it('shows a failed install as failed', () => {
    const { wire, texts } = go(phases.installing, { type: 'install-failed', reason: 'exit code 3' });
    expect([wire, ...texts]).toEqual(['failed', 'Error: install failed: exit code 3']);
  });
});

describe('the crash policy', () => {
  const crashed = exit({ code: 1 });
  it('restarts after a crash, later each time, and gives up', () => {
    let state: MachineState = { ...base, wanted: 'running', phase: phases.running };
    const delays: number[] = [];
    for (let n = 0; n < maxCrashes + 1; n += 1) {
      const result = transition(
        { ...state, phase: phases.running },
        { type: 'exited', exit: crashed },
        config,
      );
      if ('refused' in result) throw new Error(result.refused);
      state = result.state;
      for (const effect of result.effects) if (effect.type === 'schedule-restart') delays.push(effect.ms);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect([state.phase, state.wanted]).toEqual([phases.offline, 'stopped']);
  });
  it('counts anew after a stable run', () => {
    const long: Phase = { name: 'running', startedAt: crashed.at - 61_000 };
    expect(go(long, { type: 'exited', exit: crashed }, config, { crashes: 5 }).state?.crashes).toBe(1);
  });
  it.each([
    ['the program ended by itself', phases.running, exit()],
    ['docker stop', phases.running, exit({ code: 143, outsideSignal: 'SIGTERM' })],
    ['docker kill', phases.running, exit({ code: 137, outsideSignal: 'SIGKILL' })],
    ['removed from outside', phases.running, exit({ code: null })],
    ['a wanted stop, however it ended', phases.stopping, exit({ code: 137 })],
    ['a kill', phases.killing, exit({ code: 137 })],
  ])('never restarts after: %s', (_, phase, info) => {
    expect(go(phase, { type: 'exited', exit: info }).effects).toEqual([]);
  });
  it.each([
    ['an exit code', exit({ code: 1 }), 'Server crashed: crashed (exit code 1)'],
    ['a signal', exit({ code: 139 }), 'Server crashed: crashed (exit code 139, SIGSEGV)'],
    [
      'out of memory',
      exit({ code: 137, oom: true }),
      'Server crashed: out of memory: the kernel killed it at its memory limit (exit code 137, SIGKILL)',
    ],
  ])('tells %s in words', (_, info, text) => {
    expect(go(phases.running, { type: 'exited', exit: info }).texts).toContain(text);
  });
  it('does as the server says: no restart', () => {
    const { effects, wire } = go(
      phases.running,
      { type: 'exited', exit: crashed },
      { ...config, restartPolicy: 'no' },
    );
    expect([wire, effects]).toEqual(['exit', []]);
  });
});

const lostPreparing: Phase = {
  name: 'unknown',
  last: { name: 'starting', step: 'preparing', restart: false, startedAt: null },
};

describe('an engine that goes away (H3)', () => {
  it('makes every known state unknown, and brings it back', () => {
    const lost = go(phases.running, { type: 'engine-lost' });
    expect(lost.wire).toBe('unknown');
    const back = transition(
      lost.state ?? base,
      { type: 'engine-back', observed: { kind: 'running', startedAt: 999_000 } },
      config,
    );
    expect('state' in back && wireState(back.state)).toBe('running');
  });
  it('a run that is only heard of now has been one: its end is exit, not installed', () => {
    const heard = go(phases.lostOffline, { type: 'container-started', at: 5 }, plain, { everStarted: false });
    const ended = { kind: 'exited', exit: exit({ code: 0 }) } as const;
    const back = transition(heard.state ?? base, { type: 'engine-back', observed: ended }, plain);
    expect('state' in back && wireState(back.state)).toBe('exit');
  });
  it('goes on with a stop that was under way', () => {
    const phase: Phase = { name: 'unknown', last: phases.stopping };
    const { wire, effects } = go(phase, { type: 'engine-back', observed: { kind: 'running', startedAt: 1 } });
    expect([wire, effects]).toEqual(['stopping', ['ask-to-stop']]);
  });
  it('restarts what the engine took down with it', () => {
    const observed = { kind: 'exited', exit: exit({ code: 0, engineWasAway: true }) } as const;
    expect(go(phases.lostRunning, { type: 'engine-back', observed }).effects).toEqual(['schedule-restart']);
  });
  it('G12 what ends with the engine is no crash of its own, and is started again', () => {
    const end: MachineEvent = { type: 'exited', exit: exit({ code: 143, engineWasAway: true }) };
    const { wire, texts, effects, state } = go(phases.running, end, config, {
      crashes: 4,
      wanted: 'running',
    });
    expect([wire, effects, state?.crashes, state?.wanted]).toEqual([
      'exit',
      ['schedule-restart'],
      4,
      'running',
    ]);
    expect(texts[0]).toMatch(/^Server ended: ended while the Docker engine was away/);
    expect(go(phases.running, end, { ...config, restartPolicy: 'no' }).effects).toEqual([]);
  });
  it('a start that the engine’s going cut short stays wanted, and goes on when it is back', () => {
    const cut: MachineEvent = { type: 'start-failed', reason: 'it is away', engineAway: true };
    for (const phase of [phases.preparing, lostPreparing]) {
      const { wire, state } = go(phase, cut, config, { wanted: 'running' });
      expect([wire, state?.wanted]).toEqual(['unknown', 'running']);
      const back: MachineEvent = { type: 'engine-back', observed: { kind: 'absent', at: 1 } };
      expect(go(state?.phase ?? phase, back, config, { wanted: 'running' }).effects).toEqual([
        'start-in-turn',
      ]);
    }
  });
  it('a start that fails for another reason is given up', () => {
    const failed: MachineEvent = { type: 'start-failed', reason: 'no such image', engineAway: false };
    const { wire, texts, state } = go(phases.preparing, failed, config, { wanted: 'running' });
    expect([wire, state?.wanted, texts]).toEqual([
      'exit',
      'stopped',
      ['Error: the server could not be started: no such image'],
    ]);
  });
  it('tells that a container is gone', () => {
    const { wire, texts } = go(phases.lostRunning, {
      type: 'engine-back',
      observed: { kind: 'absent', at: 7 },
    });
    expect([wire, texts[0]]).toEqual(['exit', 'Server ended: its container was removed from outside']);
  });
  it('adopts what was started meanwhile', () => {
    const observed = { kind: 'running', startedAt: 7 } as const;
    expect(go(phases.lostOffline, { type: 'engine-back', observed }, plain).wire).toBe('running');
  });
});

describe('auto_start after a boot of the machine', () => {
  const due = { startAtBoot: true };
  const absent = { kind: 'absent', at: 2_000_000 } as const;
  const died = { kind: 'exited', exit: exit({ code: 137, engineWasAway: true }) } as const;
  const lost = (last: Exclude<Phase, { name: 'unknown' }>): Phase => ({ name: 'unknown', last });
  const cases: [string, Phase, Observed, string][] = [
    ['was stopped', phases.lostOffline, absent, 'starting: start-in-turn'],
    ['never ran', phases.lostOffline, { kind: 'never-started' }, 'starting: start-in-turn'],
    ['ran', phases.lostRunning, died, 'starting: start-in-turn'],
    ['was being stopped', lost(phases.stopping), died, 'starting: start-in-turn'],
    ['was being started', lost(phases.preparing), absent, 'starting: start-in-turn'],
    ['runs', phases.lostRunning, { kind: 'running', startedAt: 1_500_000 }, 'running: '],
    ['runs unknown to us', phases.lostOffline, { kind: 'running', startedAt: 1_500_000 }, 'starting: '],
  ];

  it.each(cases)('a server that %s', (_what, phase, observed, expected) => {
    const ran = phase === phases.lostRunning || (phase.name === 'unknown' && phase.last.name === 'starting');
    const known = { ...due, wanted: ran ? ('running' as const) : ('stopped' as const) };
    const { wire, effects, state } = go(phase, { type: 'engine-back', observed }, config, known);
    expect(`${wire}: ${effects.join(' ')}`).toBe(expected);
    expect(state).toMatchObject({ startAtBoot: false, wanted: 'running' });
  });

  it('takes the place of the restart after the crash that the boot looks like, also where there is none', () => {
    for (const restartPolicy of ['on-failure', 'no'] as const) {
      const event: MachineEvent = { type: 'engine-back', observed: died };
      const { texts, effects, state } = go(phases.lostRunning, event, { ...config, restartPolicy }, due);
      expect(texts.filter((text) => text.startsWith('Restarting'))).toEqual([]);
      expect(texts.at(-1)).toBe('Starting with the host (auto_start)');
      expect(effects).toEqual(['start-in-turn']);
      expect(state?.lastExit?.code).toBe(137);
    }
  });

  it('comes once: the next time the engine is back it stays as it is', () => {
    const event: MachineEvent = { type: 'engine-back', observed: absent };
    expect(go(phases.lostOffline, event, config, { startAtBoot: false })).toMatchObject({
      wire: 'exit',
      effects: [],
    });
  });

  it('a server whose pattern was taken away while it waited for it runs', () => {
    const event: MachineEvent = { type: 'engine-back', observed: { kind: 'running', startedAt: 1 } };
    expect(go(lost(phases.waiting), event, plain).wire).toBe('running');
    expect(go(lost(phases.waiting), event, config).wire).toBe('starting');
  });
});

const exitArbitrary = fc.record<ExitInfo>({
  at: fc.integer({ min: 0, max: 2_000_000 }),
  code: fc.option(fc.integer({ min: 0, max: 255 })),
  oom: fc.boolean(),
  outsideSignal: fc.option(fc.constant('SIGTERM')),
  engineWasAway: fc.boolean(),
  memoryKilledAt: fc.constant(null),
  fault: fc.option(fc.record({ reason: fc.constant('x'), isFinal: fc.boolean() })),
});
const eventArbitrary: fc.Arbitrary<MachineEvent> = fc.oneof(
  fc.record({
    type: fc.constant('command' as const),
    action: fc.constantFrom<Command>('start', 'stop', 'restart', 'kill', 'rebind', 'reinstall'),
  }),
  fc.constantFrom<MachineEvent>(
    { type: 'install-began' },
    { type: 'install-done' },
    { type: 'install-failed', reason: 'x' },
    { type: 'container-started', at: 1 },
    { type: 'start-failed', reason: 'x', engineAway: false },
    { type: 'start-failed', reason: 'x', engineAway: true },
    { type: 'ready' },
    { type: 'stop-deadline' },
    { type: 'restart-due' },
    { type: 'engine-lost' },
    { type: 'engine-back', observed: { kind: 'running', startedAt: 2 } },
    { type: 'engine-back', observed: { kind: 'absent', at: 3 } },
    { type: 'engine-back', observed: { kind: 'never-started' } },
  ),
  exitArbitrary.map((info): MachineEvent => ({ type: 'exited', exit: info })),
  exitArbitrary.map((info): MachineEvent => ({ type: 'exit-explained', exit: { ...info, oom: true } })),
  exitArbitrary.map(
    (info): MachineEvent => ({ type: 'engine-back', observed: { kind: 'exited', exit: info } }),
  ),
);

/** What may follow each word on the wire (S10), but for `unknown`, after and before which anything is true. */
const successors: Record<WireState, readonly WireState[]> = {
  installing: ['installed', 'failed'],
  installed: ['starting', 'running', 'installing'],
  failed: ['installing'],
  starting: ['running', 'stopping', 'exit'],
  running: ['stopping', 'exit'],
  stopping: ['exit'],
  exit: ['starting', 'running', 'installing'],
  unknown: wireStates,
};

describe('any sequence of events', () => {
  it('G11 S10 the words follow each other as they are documented, and those of an end do not contradict each other', () => {
    fc.assert(
      fc.property(fc.array(eventArbitrary, { maxLength: 60 }), fc.boolean(), (events, hasPattern) => {
        let state: MachineState = { ...base, everStarted: false, phase: { name: 'installing' } };
        for (const event of events) {
          const result = transition(state, event, { ...config, hasPattern });
          if ('refused' in result) continue;
          const [before, after] = [wireState(state), wireState(result.state)];
          // Told of nothing else.
          if (event.type === 'install-began' && before !== 'installing') continue;
          if (after !== before && after !== 'unknown') expect(successors[before]).toContain(after);
          state = result.state;
          for (const effect of result.effects) {
            if (effect.type === 'notify')
              expect(effect.text).not.toMatch(/^Server crashed: (stopped|ended|the program)/);
          }
          const comesBack = state.phase.name === 'offline' && state.phase.pending === 'crash';
          if (comesBack) expect(state.lastExit?.wanted).not.toBe(true);
          if (comesBack) expect(state.lastExit?.reason).not.toMatch(/from outside/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reaches only states that mean something', () => {
    fc.assert(
      fc.property(fc.array(eventArbitrary, { maxLength: 60 }), fc.boolean(), (events, hasPattern) => {
        let state: MachineState = {
          ...base,
          everStarted: false,
          phase: { name: 'installing' },
          startAtBoot: hasPattern,
        };
        for (const event of events) {
          const result = transition(state, event, { ...config, hasPattern });
          if ('refused' in result) {
            expect(event.type).toBe('command');
            expect(result.refused.length).toBeGreaterThan(5);
            continue;
          }
          state = result.state;
          expect(wireStates).toContain(wireState(state));
          if (state.phase.name === 'unknown') expect(state.phase.last.name).not.toBe('unknown');
          // A start is performed if and only if the machine waits for one.
          // So is an install.
          if (result.effects.some(({ type }) => type === 'install'))
            expect([state.phase.name, state.wanted]).toEqual(['installing', 'stopped']);
          if (result.effects.some(({ type }) => type === 'start' || type === 'start-in-turn'))
            expect(actionUnderWay(state.phase)).toMatch(/start/);
          // What is wanted is never contradicted by a pending restart.
          if (state.phase.name === 'offline' && state.phase.pending) expect(state.wanted).toBe('running');
          expect(state.crashes).toBeLessThanOrEqual(maxCrashes);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
