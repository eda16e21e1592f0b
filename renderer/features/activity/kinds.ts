import type { AuditEntry } from './entry.ts';

/** What an act is about, for people who look for one. */
export const kinds = ['power', 'console', 'files', 'settings', 'network', 'access'] as const;
export type Kind = (typeof kinds)[number];

/** The first that fits counts; what fits none is about settings. */
const rules: readonly [RegExp, Kind][] = [
  [/^(power|crash|exit|end|(auto-)?start|restart)\b|\/(start|stop|restart|kill)$/, 'power'],
  [/^send_command$/, 'console'],
  [/^(authenticate|login)$|\/auth\/|\/sharing\/pairing$|\/sftp\/credentials$/, 'access'],
  [/\/network\/|\/rebind-network$|\/sharing$/, 'network'],
  [/\/resize$/, 'settings'],
  [/ \/(volumes|downloads)\b/, 'files'],
];

/** What came by SFTP and is no login is about files, whatever its verb. */
export function kindOf({ action, via }: Pick<AuditEntry, 'action' | 'via'>): Kind {
  const found = rules.find(([pattern]) => pattern.test(action))?.[1];
  return found ?? (via === 'sftp' ? 'files' : 'settings');
}
