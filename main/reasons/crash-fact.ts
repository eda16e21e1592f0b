import type { AlertEvent } from '../../shared/model/alert.ts';
import type { Crash } from '../../shared/model/crash.ts';
import type { HostFact } from '../feature/host-news.ts';

/** A report as it is told to who doesn't look: how it ended, its likely cause, and what followed. Pure. */
export function crashFact(crash: Crash): HostFact {
  const { server, at, reason, cause, after } = crash;
  const parts = [reason];
  if (cause) parts.push(`Likely cause: ${cause.title}`);
  if (after.next === 'restart') parts.push(`It is started again (try ${after.attempt} of ${after.of})`);
  if (after.next === 'given_up') parts.push('It is not started again until the cause is mended');
  const detail = parts.map((part) => part.replace(/[.\s]+$/, '')).join('. ');
  return { ...heading(crash), container: server, detail, at };
}

/** What is told of a run as crashed is what everybody else calls so, too (`hasCrashed`). */
function heading(crash: Crash): { event: AlertEvent; title: string } {
  const { kind, oom, after } = crash;
  if (kind === 'install') return { event: 'install_failed', title: 'could not be installed' };
  if (kind === 'start') return { event: 'crashed', title: 'could not be started' };
  if (!isBad(crash)) return { event: 'stopped_outside', title: 'stopped, and nobody asked here' };
  if (after.next === 'given_up') return { event: 'gave_up', title: 'crashed again and again' };
  if (oom !== null) return { event: 'out_of_memory', title: 'ran out of memory' };
  return { event: 'crashed', title: 'crashed' };
}

/** The engine takes programs along that end in order, too. */
const isBad = ({ kind, code }: Crash): boolean =>
  kind === 'crash' || (kind === 'engine' && code !== null && code !== 0);
