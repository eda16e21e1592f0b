import type { MessageBoxOptions } from 'electron';
import type { ServerSummary } from '../../shared/model/host.ts';
import { sanitizeLine } from './sanitize-line.ts';
import { strings } from './shell-strings.ts';

/** So many servers are told one by one; the others in one line. */
const maxTold = 5;
const maxName = 60;

/** What becomes of servers that run when the app ends: leave them (0), stop them (1), or go on (2). Pure. */
export function quitQuestion(running: readonly ServerSummary[]): MessageBoxOptions {
  return {
    type: 'question',
    message: strings.quitTitle(running.length),
    detail: withPlayers(strings.quitDetail(), running),
    buttons: [strings.quitLeave(), strings.quitStop(), strings.cancel()],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: strings.dontAsk(),
  };
}

/** Whether so many servers are to be stopped: yes (0) or no (1); of `servers`, those of them that are known, it says who plays. Pure. */
export function stopAllQuestion(count: number, servers: readonly ServerSummary[]): MessageBoxOptions {
  return {
    type: 'question',
    message: strings.stopAllTitle(count),
    detail: withPlayers(strings.stopAllDetail(), servers),
    buttons: [strings.stop(), strings.cancel()],
    defaultId: 1,
    cancelId: 1,
  };
}

/** Who would be thrown out, the fullest server first. Of servers where nobody plays, or nobody knows, nothing is said. */
function withPlayers(detail: string, servers: readonly ServerSummary[]): string {
  const played = servers
    .map(({ name, players }) => ({ name: sanitizeLine(name, maxName), online: players?.online ?? 0 }))
    .filter(({ online }) => online > 0)
    .sort((a, b) => b.online - a.online);
  const lines = played.slice(0, maxTold).map(({ name, online }) => strings.playing(online, name));
  const others = played.slice(maxTold);
  const sum = others.reduce((all, { online }) => all + online, 0);
  if (others.length > 0) lines.push(strings.playingElsewhere(sum, others.length));
  return lines.length === 0 ? detail : `${detail}\n\n${lines.join('\n')}`;
}
