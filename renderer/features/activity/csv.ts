import { actionStrings } from '../../ui/action-strings.ts';
import { type AuditEntry, resultOf, whoOf } from './entry.ts';
import { strings } from './strings.ts';

/** Spreadsheets take a cell that begins like this for a formula, and names and paths are whatever somebody typed. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** RFC 4180: all in quotes, quotes doubled. What looks like a formula begins with an apostrophe, which makes it text. */
export function csvField(value: string): string {
  const text = formula.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** A table for spreadsheets; times are UTC. The mark at its beginning says that it is UTF-8. */
export function csvOf(entries: readonly AuditEntry[]): string {
  const { when, who, what, server, from, result, action, detail, address } = strings;
  const head = [when, who, what, action, detail, server, from, address, result];
  const rows = entries.map((entry) => [
    new Date(entry.at).toISOString(),
    whoOf(entry),
    actionStrings(entry.action),
    entry.action,
    entry.detail,
    entry.container ?? '',
    strings.via[entry.via],
    entry.address,
    resultOf(entry),
  ]);
  return `\uFEFF${[head, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('')}`;
}
