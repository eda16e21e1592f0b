import { LightdeckError } from '../../shared/errors.ts';
import {
  askWhoPlays,
  commandPlayer,
  listPlayerSessions,
  type PlayersReply,
  readPlayerCounts,
  readPlayers,
} from '../../shared/http/players.ts';
import { commandFor } from '../../shared/model/players.ts';
import type { Grant } from '../auth/contract.ts';
import type { Routes } from '../feature/contract.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { Players } from './players.ts';

export interface PlayerRoutesOptions {
  players: Players;
  servers: Pick<Servers, 'get' | 'sendCommand'>;
  /** Unix ms. */
  now: () => number;
}

/** Points of one answer at most. */
const mostPoints = 2000;
const daySeconds = 24 * 3600;

/** P2–P5. */
export function playerRoutes(routes: Routes, { players, servers, now }: PlayerRoutesOptions): void {
  routes.mount(readPlayers)(({ params: { id }, grant }) => {
    existingServer(servers, id);
    return forGrant(players.show(id), grant, id);
  });

  routes.mount(askWhoPlays)(async ({ params: { id }, grant }) => {
    existingServer(servers, id);
    return forGrant(await players.ask(id), grant, id);
  });

  routes.mount(listPlayerSessions)(({ params: { id } }) => {
    existingServer(servers, id);
    return { sessions: players.sessions(id) };
  });

  routes.mount(readPlayerCounts)(({ params: { id }, query }) => {
    existingServer(servers, id);
    const to = query.to ?? Math.floor(now() / 1000);
    const from = query.from ?? to - daySeconds;
    if (from >= to) throw new LightdeckError('invalid', 'from: must be before to');
    if ((to - from) / query.step > mostPoints)
      throw new LightdeckError(
        'invalid',
        `step: must be ${Math.ceil((to - from) / mostPoints)} or more for this time: ${mostPoints} points at most`,
      );
    const rows = players.counts(id, { from: from * 1000, to: to * 1000, step: query.step * 1000 });
    const points = rows.map(({ at, sum, count, most }) => ({ at: at / 1000, online: sum / count, most }));
    return { points };
  });

  routes.mount(commandPlayer)(({ params: { id, command }, body: { name } }) => {
    const { definition } = existingServer(servers, id);
    const line = definition.players?.commands[command];
    if (line === undefined)
      throw new LightdeckError('not_found', `This server has no command to ${command} somebody`);
    const sent = commandFor(line, name);
    if (sent === null)
      throw new LightdeckError(
        'invalid',
        'name: has characters that could mean something else in a command; type the command into the console yourself',
      );
    servers.sendCommand(id, `${sent}\n`);
    return { sent };
  });
}

/** Names are what the console says. */
function forGrant(reply: PlayersReply, grant: Grant, server: string): PlayersReply {
  return grant.may('console.read', server) ? reply : { ...reply, players: null };
}
