import { gameIds } from '../../../shared/model/game.ts';

/** The games in the order in which they are wanted: those that this host has servers of first, the most of them first of all, then as people use them. */
export function byUse<T extends { id: string }>(
  games: readonly T[],
  servers: readonly { game?: { id: string | null } | null | undefined }[],
): T[] {
  const used = new Map<string, number>();
  for (const { game } of servers) if (game?.id) used.set(game.id, (used.get(game.id) ?? 0) + 1);
  const place = (id: string): number => {
    const at = gameIds.findIndex((one) => one === id);
    return at < 0 ? gameIds.length : at;
  };
  return games.toSorted((a, b) => (used.get(b.id) ?? 0) - (used.get(a.id) ?? 0) || place(a.id) - place(b.id));
}
