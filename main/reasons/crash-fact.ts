import type { AlertEvent } from '../../shared/model/alert.ts';
import type { Crash } from '../../shared/model/crash.ts';
import type { HostFact } from '../feature/host-news.ts';

/** A report as it is told to who doesn't look: how it ended, its likely cause, and what followed. Pure. */
export function crashFact({ server, kind, oom, at, reason, cause, after }: Crash): HostFact {
  const parts = [reason];
  if (cause) parts.push(`Likely cause: ${cause.title}`);
  if (after.next === 'restart') parts.push(`It is started again (try ${after.attempt} of ${after.of})`);
  if (after.next === 'given_up') parts.push('It is not started again until the cause is mended');
  const detail = parts.map((part) => part.replace(/[.\s]+$/, '')).join('. ');
  const { event, title } = heading(kind, {
    isOutOfMemory: oom !== null,
    isGivenUp: after.next === 'given_up',
  });
  return { event, container: server, title, detail, at };
}

function heading(
  kind: Crash['kind'],
  { isOutOfMemory, isGivenUp }: { isOutOfMemory: boolean; isGivenUp: boolean },
): { event: AlertEvent; title: string } {
  if (kind === 'install') return { event: 'install_failed', title: 'could not be installed' };
  if (isGivenUp) return { event: 'gave_up', title: 'crashed again and again' };
  if (isOutOfMemory) return { event: 'out_of_memory', title: 'ran out of memory' };
  if (kind === 'start') return { event: 'crashed', title: 'could not be started' };
  if (kind === 'outside' || kind === 'ended')
    return { event: 'stopped_outside', title: 'stopped, and nobody asked here' };
  return { event: 'crashed', title: 'crashed' };
}
