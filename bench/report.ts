/** A bound that the project set itself; nothing fails when it is missed. */
export interface Target {
  of: 'value' | 'ratio';
  atMost?: number;
  atLeast?: number;
}

/** One measured thing, a row of the table. */
export interface Figure {
  /** Name in the baseline; never changed, or the comparison is lost. */
  key: string;
  what: string;
  unit: string;
  value: number;
  /** The same, measured on a raw reader of the container's attach stream in the same run. */
  raw?: number;
  /** Median of the single rounds' ratios, where it says more than that of `value` and `raw`. */
  ratio?: number;
  target?: Target;
}

export interface Chapter {
  title: string;
  figures: Figure[];
  /** What the figures mean and how they were taken. */
  notes: string[];
}

export interface Known {
  value: number;
  ratio?: number | undefined;
}

export interface Comparison {
  /** Values can be compared on the same machine only, ratios everywhere. */
  sameMachine: boolean;
  known: (key: string) => Known | undefined;
}

export function ratioOf(figure: Figure): number | undefined {
  if (figure.ratio !== undefined) return figure.ratio;
  return figure.raw === undefined ? undefined : figure.value / figure.raw;
}

/** Undefined where there is no target. */
export function isMet(figure: Figure): boolean | undefined {
  const { target } = figure;
  if (!target) return undefined;
  const measured = target.of === 'ratio' ? ratioOf(figure) : figure.value;
  if (measured === undefined || Number.isNaN(measured)) return false;
  if (target.atMost !== undefined && measured > target.atMost) return false;
  return target.atLeast === undefined || measured >= target.atLeast;
}

const headings = ['', 'raw reader', 'Lightdeck', 'ratio', 'target', '', 'baseline', 'change'];

/** The chapter as a table of plain text. */
export function formatChapter({ title, figures, notes }: Chapter, comparison: Comparison): string {
  const rows = [headings, ...figures.map((figure) => cells(figure, comparison))];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`), ...notes.map((note) => `  · ${note}`)].join('\n');
}

function cells(figure: Figure, { sameMachine, known }: Comparison): string[] {
  const { what, unit, value, raw, target } = figure;
  const ratio = ratioOf(figure);
  const before = known(figure.key);
  const met = isMet(figure);
  const showsValue = sameMachine && before !== undefined;
  const showsRatio = !sameMachine && before?.ratio !== undefined && ratio !== undefined;
  return [
    what,
    raw === undefined ? '' : number(raw, unit),
    number(value, unit),
    ratio === undefined ? '' : `× ${digits(ratio)}`,
    target ? bound(target, unit) : '',
    met === undefined ? '' : met ? 'met' : 'MISSED',
    showsValue ? number(before.value, unit) : showsRatio ? `× ${digits(before.ratio ?? 0)}` : '',
    showsValue ? change(value, before.value) : showsRatio ? change(ratio, before.ratio ?? 0) : '',
  ];
}

function bound({ of, atMost, atLeast }: Target, unit: string): string {
  const amount = (limit: number): string => (of === 'ratio' ? `× ${digits(limit)}` : number(limit, unit));
  return atMost !== undefined ? `≤ ${amount(atMost)}` : `≥ ${amount(atLeast ?? 0)}`;
}

const number = (value: number, unit: string): string => `${digits(value)} ${unit}`.trim();

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? '0 %' : '';
  const percent = Math.round((now / before - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
