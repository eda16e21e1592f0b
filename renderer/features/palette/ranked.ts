import type { PaletteCommand } from '../feature.ts';
import { score } from './match.ts';

type CommandKind = PaletteCommand['kind'];

export interface Group {
  kind: 'recent' | CommandKind;
  commands: PaletteCommand[];
}

/** More would not be read. */
const most = 40;
const order: readonly CommandKind[] = ['servers', 'actions', 'pages', 'settings', 'files'];

/** What is listed for a query, best first; without one: what was chosen last, then servers, pages and the general actions. */
export function groupsFor(
  commands: readonly PaletteCommand[],
  query: string,
  recent: readonly string[],
): Group[] {
  return query.trim() === '' ? unasked(commands, recent) : found(commands, query, recent);
}

function unasked(commands: readonly PaletteCommand[], recent: readonly string[]): Group[] {
  const last = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []);
  const rest = commands.filter((command) => !command.isOnlyFound && !last.includes(command));
  return asGroups([
    { kind: 'recent', commands: last },
    ...(['servers', 'pages', 'actions'] as const).map((kind) => ({ kind, commands: ofKind(rest, kind) })),
  ]);
}

function found(commands: readonly PaletteCommand[], query: string, recent: readonly string[]): Group[] {
  const ranked = commands
    .flatMap((command) => {
      const fits = score(query, command);
      const bonus = recent.includes(command.id) ? 3 : 0;
      return fits === null ? [] : [{ command, rank: fits + bonus }];
    })
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most);
  const best = (kind: CommandKind): number =>
    ranked.find(({ command }) => command.kind === kind)?.rank ?? Number.NEGATIVE_INFINITY;
  const sorted = ranked.map(({ command }) => command);
  return asGroups(
    order.toSorted((a, b) => best(b) - best(a)).map((kind) => ({ kind, commands: ofKind(sorted, kind) })),
  );
}

const ofKind = (commands: readonly PaletteCommand[], kind: CommandKind): PaletteCommand[] =>
  commands.filter((command) => command.kind === kind);

const asGroups = (groups: Group[]): Group[] => groups.filter(({ commands }) => commands.length > 0);
