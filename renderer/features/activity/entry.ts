import type { z } from 'zod';
import type { auditRecordSchema } from '../../../shared/http/audit.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { actionStrings } from '../../ui/action-strings.ts';
import { strings } from './strings.ts';

/** One line of the record of changes. */
export type AuditEntry = z.infer<typeof auditRecordSchema>;

export const whoOf = ({ actor }: AuditEntry): string => actor || strings.somebody;
export const resultOf = ({ result }: AuditEntry): string => (result === 'ok' ? strings.ok : hostText(result));

/** Whether the text stands anywhere in it, as people see it or as the record has it. */
export function matches(entry: AuditEntry, text: string): boolean {
  const { actor, action, container, detail, result, address } = entry;
  const where = [actor, action, actionStrings(action), container, detail, result, address]
    .join(' ')
    .toLowerCase();
  return where.includes(text.toLowerCase());
}

/** All of it in one line, for a message to somebody. The time is UTC: they may live elsewhere. */
export function lineOf(entry: AuditEntry): string {
  const { at, action, detail, container, via, address } = entry;
  return [
    new Date(at).toISOString(),
    whoOf(entry),
    actionStrings(action),
    detail,
    container ?? '',
    `${strings.via[via]} ${address}`.trim(),
    resultOf(entry),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
