import type { Run } from '../../../../shared/model/run.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { clockTime } from '../../../ui/format.ts';
import { strings } from './strings.ts';

/** A place of the console at which a run begins or has ended. */
export interface RunBorder {
  /** Bytes of the history before it. */
  offset: number;
  label: string;
  kind: 'start' | 'end' | 'crash';
}

/** What stands at the borders of runs (newest run first), in the order of the text; what ends and begins at one place is told at one. Pure. */
export function bordersOf(runs: readonly Run[]): RunBorder[] {
  const found = runs.toReversed().flatMap((run): RunBorder[] => {
    const { from, to, started_at, ended_at, reason, has_crashed } = run;
    const start: RunBorder[] =
      from === null || started_at === null
        ? []
        : [{ offset: from, label: strings.startedAt(clockTime(started_at)), kind: 'start' }];
    const end: RunBorder[] =
      to === null || ended_at === null
        ? []
        : [
            {
              offset: to,
              label: strings.endedAt(reason === null ? strings.ended : hostText(reason), clockTime(ended_at)),
              kind: has_crashed ? 'crash' : 'end',
            },
          ];
    return [...start, ...end];
  });
  const borders: RunBorder[] = [];
  for (const border of found) {
    const last = borders.at(-1);
    if (last?.offset !== border.offset) borders.push(border);
    else
      borders[borders.length - 1] = {
        offset: last.offset,
        label: `${last.label} · ${border.label}`,
        kind: last.kind === 'crash' ? 'crash' : border.kind,
      };
  }
  return borders;
}

/** Starts and crashes as marks of a time axis, in Unix seconds. Pure. */
export function timeMarksOf(runs: readonly Run[]): { at: number; isCrash: boolean }[] {
  return runs.flatMap(({ started_at, ended_at, has_crashed }) => [
    ...(started_at === null ? [] : [{ at: started_at / 1000, isCrash: false }]),
    ...(ended_at !== null && has_crashed ? [{ at: ended_at / 1000, isCrash: true }] : []),
  ]);
}
