import { maxPlayerName } from '../../shared/model/players.ts';

/** What shows nothing, turns the direction of what follows, or stands for something else: control and format characters, lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A player's name as it may be kept and shown; null where nothing of it is left. Colours as games write them (`§a`) go. */
export function cleanName(name: string): string | null {
  const cut = name.slice(0, 4 * maxPlayerName).replace(/§./gsu, '');
  const shown = [...cut.replace(unseen, '')].slice(0, maxPlayerName).join('').slice(0, maxPlayerName);
  return shown.replace(unseen, '').trim() || null;
}
