import { z } from 'zod';
import {
  keptSessions,
  maxPlayerName,
  playerCommandSchema,
  playerSchema,
  playerSessionSchema,
  sourceStateSchema,
} from '../model/players.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** P2. `online` null: nobody knows. `players` null: their names aren't known, or the token may not see them. Times in Unix ms. */
const playersReply = z.object({
  online: z.number().int().nullable(),
  max: z.number().int().nullable(),
  players: z.array(playerSchema).nullable(),
  counted_at: z.number().nullable(),
  query: sourceStateSchema,
  console: sourceStateSchema,
});
export type PlayersReply = z.infer<typeof playersReply>;

export const readPlayers = defineRoute({
  method: 'GET',
  path: '/containers/:id/players',
  access: 'containers.read',
  server: 'id',
  summary: 'Who plays on a server, as far as that is known; their names need console.read',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: playersReply,
});

export const askWhoPlays = defineRoute({
  method: 'POST',
  path: '/containers/:id/players/ask',
  access: 'containers.read',
  server: 'id',
  summary:
    'Ask a server now who plays, also one that did not answer for so long that it is not asked any more',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: playersReply,
});

export const listPlayerSessions = defineRoute({
  method: 'GET',
  path: '/containers/:id/players/sessions',
  access: 'console.read',
  server: 'id',
  summary: `Who was on when: the last ${keptSessions} stays, newest first`,
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ sessions: z.array(playerSessionSchema) }),
});

export const readPlayerCounts = defineRoute({
  method: 'GET',
  path: '/containers/:id/players/counts',
  access: 'containers.read',
  server: 'id',
  summary: 'How many played when, for graphs',
  params: idParams,
  query: z.strictObject({
    /** Unix seconds; left out: the last 24 hours. */
    from: z.coerce.number().int().nonnegative().optional(),
    to: z.coerce.number().int().nonnegative().optional(),
    /** Seconds; rounded up to whole minutes, or hours for times more than 30 days ago. */
    step: z.coerce.number().int().min(60).max(2_678_400).default(300),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found'],
  /** Each `at` (Unix seconds) begins a step: how many there were on average and at most. Steps of which nothing is known are left out. */
  reply: z.object({
    points: z.array(z.object({ at: z.number().int(), online: z.number(), most: z.number().int() })),
  }),
});

export const commandPlayer = defineRoute({
  method: 'POST',
  path: '/containers/:id/players/commands/:command',
  access: 'console.send',
  server: 'id',
  summary: "Type the server's own command for a player into its console",
  params: z.strictObject({ id: z.string(), command: playerCommandSchema }),
  query: nothing,
  body: z.strictObject({ name: z.string().min(1).max(maxPlayerName) }),
  status: 200,
  errors: ['not_found', 'busy'],
  /** `sent`: the line as it was typed. What the program makes of it is in its console. */
  reply: z.object({ sent: z.string() }),
});
