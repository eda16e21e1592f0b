import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summary } from '../../main/desktop/desktop.test-helper.ts';
import { newsBetween } from '../../main/desktop/notification-event.ts';
import { crashFact } from '../../main/reasons/crash-fact.ts';
import { crashOf } from '../../main/reasons/crash-of.ts';
import type { ExitInfo } from '../../main/servers/container/exit-reason.ts';
import { endEntry } from '../../main/servers/end-entry.ts';
import { endOf } from '../../main/servers/machine/end.ts';
import type { MachineState, Phase } from '../../main/servers/machine/state.ts';
import { transition } from '../../main/servers/machine/transition.ts';
import { hasCrashed, type RestartPolicy } from '../../shared/model/server.ts';

const info = fc.record<ExitInfo>({
  at: fc.constant(1_000_000),
  code: fc.option(fc.constantFrom(0, 1, 137, 143, 255)),
  oom: fc.boolean(),
  outsideSignal: fc.option(fc.constant('SIGTERM')),
  engineWasAway: fc.boolean(),
  memoryKilledAt: fc.option(fc.constantFrom(999_000, 1000)),
  fault: fc.option(fc.record({ reason: fc.constant('no such file'), isFinal: fc.boolean() })),
});
const phase = fc.constantFrom<Phase>(
  { name: 'starting', step: 'waiting', restart: false, startedAt: 999_000 },
  { name: 'running', startedAt: 999_000 },
  { name: 'stopping', action: 'stop', startedAt: 999_000 },
  { name: 'stopping', action: 'kill', startedAt: 999_000 },
);
const policy = fc.constantFrom<RestartPolicy>('on-failure', 'no');

/** What each of those who tell of ends makes of this one: whether it was a crash. Null: it isn't told at all. */
function judgements(before: MachineState, exit: ExitInfo, restartPolicy: RestartPolicy) {
  const event = { type: 'exited', exit } as const;
  const done = transition(before, event, { hasPattern: true, restartPolicy, stopTimeoutMs: 1000 });
  if ('refused' in done) throw new Error(done.refused);
  const { state: after } = done;
  const end = endOf({ before, after, event, restartPolicy, now: 1_000_000 });
  if (end?.what !== 'run') throw new Error('nothing ended');
  const { exit: last } = end;
  const report = crashOf(end, { id: 'r', server: 's' });
  const known = { state: 'running', exitAt: null, startingSince: null, downSince: null } as const;
  const server = summary({ state: 'exit', last_exit: last });
  return {
    badge: hasCrashed(last),
    notice: newsBetween(known, server, 0).some(({ kind }) => kind === 'crashed'),
    record: endEntry(end, { container: 's', now: 1_000_000 }).action === 'crash',
    alert:
      end.by === 'wish' ? null : ['crashed', 'out_of_memory', 'gave_up'].includes(crashFact(report).event),
    report: end.by === 'wish' ? null : report.kind === 'crash' || (report.kind === 'engine' && !!exit.code),
  };
}

it('K1 N1 badge, notice, alert, record and report call the same ends crashes', () => {
  fc.assert(
    fc.property(phase, info, policy, fc.integer({ min: 0, max: 5 }), (name, exit, restartPolicy, crashes) => {
      const before: MachineState = {
        phase: name,
        wanted: 'running',
        everStarted: true,
        crashes,
        lastExit: null,
        startAtBoot: false,
      };
      const { badge, notice, record, alert, report } = judgements(before, exit, restartPolicy);
      expect([notice, record, alert ?? badge, report ?? badge]).toEqual([badge, badge, badge, badge]);
    }),
    { numRuns: 500 },
  );
});
