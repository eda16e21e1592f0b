import { z } from 'zod';
import { fixedText } from './fixed-text.ts';

/** Bounds: names of a server at once, characters of a name, sessions that are kept of each server. */
export const maxPlayers = 1000;
export const maxPlayerName = 64;
export const keptSessions = 200;

/** How a server is asked who plays: protocols by what they are called in the field. */
export const queryKindSchema = z.enum(['minecraft', 'bedrock', 'source', 'quake3', 'teeworlds']);
export type QueryKind = z.infer<typeof queryKindSchema>;

/** What each of them goes over. */
export const queryProtocol = {
  minecraft: 'tcp',
  bedrock: 'udp',
  source: 'udp',
  quake3: 'udp',
  teeworlds: 'udp',
} as const satisfies Record<QueryKind, 'tcp' | 'udp'>;

/** A line of the console that a player's coming or going is told by; its first group is the name. */
const linePatternSchema = z
  .string()
  .max(1024)
  .regex(/^[^\r\n\0]*$/, 'must be one line')
  .refine((pattern) => /\((?!\?[:=!<])|\(\?P?</.test(pattern), 'must have a group (…) for the name')
  .refine(
    (pattern) => fixedText(pattern).length >= 3,
    'must contain some text of three letters or more that each of these lines has, outside of groups and choices',
  );

/** What can be done to a player by a command of the console. */
export const playerCommandSchema = z.enum(['kick', 'ban', 'op', 'whitelist']);
export type PlayerCommand = z.infer<typeof playerCommandSchema>;

/** Stands in a command for the player's name. */
export const namePlaceholder = '{name}';

const commandLine = z
  .string()
  .max(256)
  .regex(/^[^\r\n\0]*$/, 'must be one line')
  .includes(namePlaceholder, { error: `must contain ${namePlaceholder}` });

/** P1: how it is known who plays on a server, and what can be done to them. */
export const playersSettingSchema = z.strictObject({
  /** How it is asked; null: not at all. */
  query: queryKindSchema.nullable().default(null),
  /** The port in the container that answers; null: the first published one of the query's protocol. */
  port: z.number().int().min(1).max(65_535).nullable().default(null),
  /** The lines of the console that tell of it; null: none do. */
  console: z.strictObject({ join: linePatternSchema, leave: linePatternSchema }).nullable().default(null),
  commands: z.partialRecord(playerCommandSchema, commandLine).default({}),
});
export type PlayersSetting = z.infer<typeof playersSettingSchema>;

/** One who is on. `since` is Unix ms: when the host saw that, or what the server says of it. */
export const playerSchema = z.object({ name: z.string(), since: z.number() });
export type Player = z.infer<typeof playerSchema>;

/** How many play: null where nobody knows. `max`: as many as the server lets in, where it says so. */
export const playerCountSchema = z.object({
  online: z.number().int().nonnegative(),
  max: z.number().int().nonnegative().nullable(),
});
export type PlayerCount = z.infer<typeof playerCountSchema>;

/** A stay of a player. `until` null: still there. Unix ms. */
export const playerSessionSchema = z.object({
  name: z.string(),
  since: z.number(),
  until: z.number().nullable(),
});
export type PlayerSession = z.infer<typeof playerSessionSchema>;

/** How a source of it stands: `none` there is none, `ok` it tells, `waiting` it has said nothing yet, `failing` it is asked again later, `off` it isn't asked any more. */
export const sourceStateSchema = z.object({
  state: z.enum(['none', 'waiting', 'ok', 'failing', 'off']),
  /** Why it doesn't tell, in words; '' otherwise. */
  why: z.string(),
});
export type SourceState = z.infer<typeof sourceStateSchema>;

/**
 * A player's name as it may stand in that command: null where it could mean something else there. Letters, digits and `_ - .`; blanks only where the
 * placeholder stands in double quotes.
 */
export function commandFor(command: string, name: string): string | null {
  const isQuoted = command.includes(`"${namePlaceholder}"`);
  const fits = isQuoted ? /^[\p{L}\p{N}_.\- ]+$/u : /^[\p{L}\p{N}_.-]+$/u;
  if (name.length > maxPlayerName || !fits.test(name) || name.trim() !== name || name.startsWith('-'))
    return null;
  return command.replaceAll(namePlaceholder, () => name);
}
