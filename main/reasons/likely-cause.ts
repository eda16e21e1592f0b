import type { CrashCause, CrashKind } from '../../shared/model/crash.ts';
import type { CauseEntry, CauseFact } from './causes/entry.ts';

export interface CauseEvidence {
  kind: CrashKind;
  code: number | null;
  signal: string | null;
  facts: ReadonlySet<CauseFact>;
  /** What the run printed last, oldest line first. */
  lines: readonly string[];
  /** What the host itself says of the end. */
  reason: string;
}

/** Characters of a line that are looked at, and that are quoted. */
const readChars = 1000;
const quotedChars = 300;

/** Reads the catalogue once; what it gives is asked for each end. Of all causes that fit the first one of the catalogue counts. */
export function causeFinder(
  catalogue: readonly CauseEntry[],
): (evidence: CauseEvidence) => CrashCause | null {
  const ready = catalogue.map((entry) => ({
    entry,
    patterns: (entry.lines ?? []).map((source) => new RegExp(source, 'i')),
  }));
  return (evidence) => {
    const lines = [...evidence.lines.slice().reverse(), evidence.reason].map((line) =>
      line.slice(0, readChars),
    );
    for (const { entry, patterns } of ready) {
      if (entry.kinds && !entry.kinds.includes(evidence.kind)) continue;
      const found = match({ entry, patterns }, lines, evidence);
      if (found) return found;
    }
    return null;
  };
}

function match(
  { entry, patterns }: { entry: CauseEntry; patterns: readonly RegExp[] },
  lines: readonly string[],
  { code, signal, facts }: CauseEvidence,
): CrashCause | null {
  if (entry.facts?.some((fact) => facts.has(fact))) return causeOf(entry, null, []);
  for (const pattern of patterns) {
    for (const line of lines) {
      const groups = pattern.exec(line);
      if (groups) return causeOf(entry, line, groups.slice(1));
    }
  }
  if (code !== null && entry.codes?.includes(code)) return causeOf(entry, null, []);
  if (signal !== null && entry.signals?.includes(signal)) return causeOf(entry, null, []);
  return null;
}

function causeOf(
  { id, title, text }: CauseEntry,
  line: string | null,
  groups: readonly (string | undefined)[],
): CrashCause {
  const fill = (words: string): string =>
    words.replace(/\{(\d)\}/g, (_, no: string) => groups[Number(no) - 1] ?? '');
  return { id, title: fill(title), text: fill(text), line: line?.trim().slice(0, quotedChars) ?? null };
}
