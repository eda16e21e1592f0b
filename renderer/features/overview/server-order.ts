import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { gameTitle } from '../../ui/game-title.ts';

/** From so many servers on they are rows of a table; fewer are cards. */
export const tableFrom = 8;

export const sortKeys = ['state', 'name', 'game', 'cpu', 'memory'] as const;
export type SortKey = (typeof sortKeys)[number];

const titleOf = ({ game, image }: ServerSummary): string => (game ? gameTitle(game) : image);

export interface Arrangement {
  sort: SortKey;
  isDescending: boolean;
  /** What was typed: words, each of which must be found in name, game, tags, state or image. */
  filter: string;
  byTag: boolean;
  /** Ids that stay on top. */
  pinned: ReadonlySet<string>;
}

interface ServerGroup {
  /** Null: without a heading; '' : those without a tag. */
  tag: string | null;
  servers: ServerSummary[];
}

/** What needs somebody comes first, then what runs, then what rests. */
export function rankOf({ state, last_exit }: ServerSummary): number {
  if (state === 'failed' || (state === 'exit' && hasCrashed(last_exit))) return 0;
  if (state === 'exit' || state === 'installed') return 3;
  return state === 'unknown' ? 2 : 1;
}

const compare: Readonly<Record<SortKey, (a: ServerSummary, b: ServerSummary) => number>> = {
  state: (a, b) => rankOf(a) - rankOf(b),
  name: () => 0,
  game: (a, b) => titleOf(a).localeCompare(titleOf(b)),
  cpu: (a, b) => (b.stats?.cpu_usage ?? -1) - (a.stats?.cpu_usage ?? -1),
  memory: (a, b) => (b.stats?.memory_usage ?? -1) - (a.stats?.memory_usage ?? -1),
};

function fits(
  { name, internal_id, image, game, tags, state }: ServerSummary,
  words: readonly string[],
): boolean {
  const where = [name, internal_id, image, game ? gameTitle(game) : '', state, ...(tags ?? [])]
    .join(' ')
    .toLowerCase();
  return words.every((word) => where.includes(word));
}

/** The servers as they are shown. Equal ones stay in the order of their names, in which they come. Pure. */
export function arrange(servers: readonly ServerSummary[], by: Arrangement): ServerGroup[] {
  const words = by.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const direction = by.isDescending ? -1 : 1;
  const isPinned = ({ internal_id }: ServerSummary): number => (by.pinned.has(internal_id) ? 0 : 1);
  const sorted = servers
    .filter((server) => fits(server, words))
    .sort(
      (a, b) =>
        isPinned(a) - isPinned(b) ||
        direction * (compare[by.sort](a, b) || (by.sort === 'name' ? a.name.localeCompare(b.name) : 0)),
    );
  if (!by.byTag) return [{ tag: null, servers: sorted }];
  const tags = [...new Set(sorted.flatMap((server) => server.tags ?? []))].sort((a, b) => a.localeCompare(b));
  const groups = tags.map((tag) => ({ tag, servers: sorted.filter((server) => server.tags?.includes(tag)) }));
  const rest = sorted.filter(({ tags: own = [] }) => own.length === 0);
  return [...groups, ...(rest.length > 0 ? [{ tag: '', servers: rest }] : [])];
}

/** The tags that all of them have. */
export function commonTags(servers: readonly ServerSummary[]): string[] {
  const [first, ...others] = servers;
  return (first?.tags ?? []).filter((tag) => others.every(({ tags = [] }) => tags.includes(tag)));
}

/** A server's tags after those that all chosen ones had were edited: what it has alone stays. */
export function editedTags(
  own: readonly string[],
  common: readonly string[],
  edited: readonly string[],
): string[] {
  return [...new Set([...own.filter((tag) => !common.includes(tag)), ...edited])];
}
