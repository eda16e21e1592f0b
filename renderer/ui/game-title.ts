import { gameNames, namelessEgg, type ServerGame } from '../../shared/model/game.ts';
import { hostText } from '../../shared/texts/host-text.ts';

/** How an egg is called: its own name, whatever that says, or that it has none. */
export const eggName = (name: string): string => (name === namelessEgg ? hostText(name) : name);

/** What a server is to its players, in the page's language: what the game is called, then its kind and version as they are. */
export function gameTitle({ id, title }: ServerGame): string {
  if (id === null) return eggName(title);
  const name = gameNames[id];
  return title.startsWith(name) ? hostText(name) + title.slice(name.length) : title;
}
