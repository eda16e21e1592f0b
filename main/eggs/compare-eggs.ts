import type { DiffLine, EggChange } from '../../shared/http/egg-versions.ts';
import type { ConfigReplacement, Egg, EggConfigFile, EggStop, EggVariable } from '../../shared/model/egg.ts';
import { type DiffedLine, diffLines } from '../lib/line-diff.ts';

/** Most changes, lines of one, and characters of a line that are told. */
const bounds = { changes: 500, lines: 1000, text: 1000 };
/** Lines around a change that are shown with it. */
const context = 3;

/** What two versions of an egg have differently, part by part, in words and lines. Pure. */
export function compareEggs(before: Egg, after: Egg): EggChange[] {
  const changes = [
    ...aboutChanges(before, after),
    ...namedChanges('images', 'image', [before.images, after.images], {
      key: ({ name }) => name,
      lines: ({ image }) => [image],
    }),
    ...namedChanges('startup', 'start command', [before.startup, after.startup], {
      key: ({ name }) => name,
      lines: ({ command }) => command.split('\n'),
    }),
    ...textChange('ready', 'What says that it is ready is different', [
      before.done.map(({ kind, text }) => (kind === 'pattern' ? `pattern: ${text}` : text)),
      after.done.map(({ kind, text }) => (kind === 'pattern' ? `pattern: ${text}` : text)),
    ]),
    ...textChange('stop', 'It is stopped differently', [stopLines(before.stop), stopLines(after.stop)]),
    ...namedChanges('variables', 'variable', [before.variables, after.variables], {
      key: ({ key }) => key,
      lines: variableLines,
    }),
    ...namedChanges('config_files', 'configuration file', [before.config_files, after.config_files], {
      key: ({ path }) => path,
      lines: fileLines,
    }),
    ...installChanges(before, after),
    ...textChange('other', 'What else it tells of itself is different', [
      otherLines(before),
      otherLines(after),
    ]),
  ];
  return changes.slice(0, bounds.changes);
}

function aboutChanges(before: Egg, after: Egg): EggChange[] {
  const lines = ({ name, author, description }: Egg): string[] => [name, author, ...description.split('\n')];
  return textChange('about', 'Its name, author or description is different', [lines(before), lines(after)]);
}

const stopLines = (stop: EggStop): string[] =>
  stop.kind === 'command' ? [`command: ${stop.command}`] : [`signal: ${stop.signal}, ${stop.timeout} s`];

const variableLines = (variable: EggVariable): string[] => [
  `name: ${variable.name}`,
  ...variable.description.split('\n').map((line) => `description: ${line}`),
  `default: ${variable.default}`,
  `rules: ${variable.rules.join(' | ')}`,
  ...(variable.viewable && variable.editable ? [] : ['hidden or fixed']),
];

const fileLines = ({ parser, create, find }: EggConfigFile): string[] => [
  `parser: ${parser}${create ? '' : ', only if it is there'}`,
  ...find.flatMap(placeLines),
];

const placeLines = ({ match, value, when }: ConfigReplacement): string[] => [
  ...(value === null ? [] : `${match} = ${value}`.split('\n')),
  ...when.map(({ equals, value: other }) => `${match} = ${other}, where it is ${equals}`),
];

/** What a server's life doesn't depend on. Its picture is told by its being there alone. */
const otherLines = ({ features, tags, file_denylist, update_url, icon }: Egg): string[] => [
  ...features.map((feature) => `feature: ${feature}`),
  ...tags.map((tag) => `tag: ${tag}`),
  ...file_denylist.map((path) => `not to be edited: ${path}`),
  ...(update_url === null ? [] : [`newer versions: ${update_url}`]),
  ...(icon === null ? [] : ['has a picture']),
];

function installChanges({ install: before }: Egg, { install: after }: Egg): EggChange[] {
  if (before === null && after === null) return [];
  const head = (install: Egg['install']): string[] =>
    install === null ? [] : [`image: ${install.image}`, `entry point: ${install.entrypoint.join(' ')}`];
  const script = (install: Egg['install']): string[] => (install === null ? [] : install.script.split('\n'));
  const words =
    before === null
      ? 'It has an install script now'
      : after === null
        ? 'It has no install script any more'
        : 'Its install script is different';
  return [
    ...textChange('install', 'Its install runs in something else', [head(before), head(after)]),
    ...textChange('install', words, [script(before), script(after)]),
  ];
}

interface NamedList<T> {
  /** By which two of them are the same one. */
  key: (one: T) => string;
  lines: (one: T) => string[];
}

/** Of a list: those that came, those that went, those that are different. */
function namedChanges<T>(
  part: EggChange['part'],
  what: string,
  [before, after]: readonly [readonly T[], readonly T[]],
  { key, lines }: NamedList<T>,
): EggChange[] {
  const old = new Map(before.map((one) => [key(one), one]));
  const young = new Map(after.map((one) => [key(one), one]));
  const gone = [...old].filter(([name]) => !young.has(name));
  return [
    ...gone.map(([name, one]) =>
      change(part, `The ${what} ${quoted(name)} is gone`, diffLines(lines(one), [])),
    ),
    ...[...young].flatMap(([name, one]) => {
      const known = old.get(name);
      if (known === undefined)
        return [change(part, `The ${what} ${quoted(name)} is new`, diffLines([], lines(one)))];
      return textChange(part, `The ${what} ${quoted(name)} is different`, [lines(known), lines(one)]);
    }),
  ];
}

/** None where both are the same. */
function textChange(
  part: EggChange['part'],
  text: string,
  [before, after]: readonly [readonly string[], readonly string[]],
): EggChange[] {
  const lines = diffLines(before, after);
  return lines.some(({ kind }) => kind !== 'same') ? [change(part, text, lines)] : [];
}

function change(part: EggChange['part'], text: string, lines: readonly DiffedLine[]): EggChange {
  const shown = withGaps(lines);
  const cut = shown.slice(0, bounds.lines);
  const left = shown.length - cut.length;
  return {
    part,
    text,
    lines: [
      ...cut.map((line) => ({ ...line, text: line.text.slice(0, bounds.text) })),
      ...(left > 0 ? [{ kind: 'gap' as const, text: `${left} more lines` }] : []),
    ],
  };
}

/** Lines that are far from each change are counted. */
function withGaps(lines: readonly DiffedLine[]): DiffLine[] {
  const near = lines.map(() => false);
  for (const [at, { kind }] of lines.entries())
    if (kind !== 'same') near.fill(true, Math.max(0, at - context), at + context + 1);
  const shown: DiffLine[] = [];
  let hidden = 0;
  const flush = (): void => {
    if (hidden > 0)
      shown.push({ kind: 'gap', text: hidden === 1 ? '1 line is the same' : `${hidden} lines are the same` });
    hidden = 0;
  };
  for (const [at, line] of lines.entries()) {
    if (near[at]) {
      flush();
      shown.push(line);
    } else hidden += 1;
  }
  flush();
  return shown;
}

const quoted = (name: string): string => `“${name.slice(0, 200)}”`;
