import { z } from 'zod';
import { scopeSchema } from '../scopes.ts';

/** Bounds: reports of a server, lines of the console and ms of figures in each, what was done before it, what happened on the host. */
export const keptCrashes = 50;
export const keptLines = 500;
export const figuresMs = 5 * 60_000;
export const keptChanges = 8;
export const keptHostNews = 20;

/**
 * `crash`: it failed. `ended`: its program ended by itself, without an error. `outside`: somebody ended it, and not through this host.
 * `engine`: the engine or the machine went, and took it along. `start`, `install`: these came to nothing.
 */
export const crashKindSchema = z.enum(['crash', 'ended', 'outside', 'engine', 'start', 'install']);
export type CrashKind = z.infer<typeof crashKindSchema>;

/** What followed: a restart (the how many-th of how many in a row), none any more after so many, or nothing. */
export const afterCrashSchema = z.discriminatedUnion('next', [
  z.object({ next: z.literal('restart'), attempt: z.number().int(), of: z.number().int() }),
  z.object({ next: z.literal('given_up'), of: z.number().int() }),
  z.object({ next: z.literal('nothing') }),
]);
export type AfterCrash = z.infer<typeof afterCrashSchema>;

/** Where something is mended by hand: a tab of the server's page. */
export const mendPlaceSchema = z.enum(['settings', 'files', 'network', 'backups']);
export type MendPlace = z.infer<typeof mendPlaceSchema>;

/** What may help. `place` null: the host does it when it is asked to; else it leads there. */
export const mendSchema = z.object({
  id: z.string(),
  label: z.string(),
  place: mendPlaceSchema.nullable(),
  /** What a token must have for it. */
  scopes: z.array(scopeSchema),
  /** Whether the server has to be started (anew) for it. */
  starts: z.boolean(),
});
export type Mend = z.infer<typeof mendSchema>;

/** What it most likely came of; `line` of the console gave it away, null if something else did. */
export const crashCauseSchema = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  line: z.string().nullable(),
});
export type CrashCause = z.infer<typeof crashCauseSchema>;

/** One end that nobody asked for, in short. Times in Unix ms. */
export const crashSchema = z.object({
  id: z.string(),
  server: z.string(),
  kind: crashKindSchema,
  at: z.number(),
  /** Null if nobody knows, or nothing ran. */
  started_at: z.number().nullable(),
  /** Whether it had come up before. */
  was_ready: z.boolean(),
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** Whose memory was full: that of the game, or of a child of it that the kernel killed shortly before. */
  oom: z.enum(['game', 'child']).nullable(),
  /** How it ended, in words for people. */
  reason: z.string(),
  /** What the code or the signal says, in words; null where there is none. */
  exit_words: z.string().nullable(),
  cause: crashCauseSchema.nullable(),
  after: afterCrashSchema,
  seen: z.boolean(),
});
export type Crash = z.infer<typeof crashSchema>;

/** With what is found out when it is asked for. */
export const shownCrashSchema = crashSchema.extend({
  /** How it stands to earlier ones, as `third time in a week, always about 2 minutes after the start`; null: nothing to say. */
  compared: z.string().nullable(),
  mends: z.array(mendSchema),
});
export type ShownCrash = z.infer<typeof shownCrashSchema>;

/** Figures at a time (Unix ms): CPU in percent of one core, the rest in bytes; network and disk are totals of the run. */
export const crashFigureSchema = z.object({
  at: z.number(),
  cpu: z.number(),
  memory: z.number(),
  network_rx: z.number(),
  network_tx: z.number(),
  block_read: z.number(),
  block_write: z.number(),
});
export type CrashFigure = z.infer<typeof crashFigureSchema>;

/** Something that happened on the machine: it slept, its clock was set, the engine went and came, a disk was full, an update. */
export const hostNewsSchema = z.object({
  at: z.number(),
  kind: z.enum(['clock', 'engine', 'store', 'update', 'boot']),
  text: z.string(),
});
export type HostNewsLine = z.infer<typeof hostNewsSchema>;

/** What was done to the server before it, and by whom. */
export const crashChangeSchema = z.object({
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  detail: z.string(),
  result: z.string(),
});

/** What is kept beside the short form; all of it empty once it had to make room for newer ones (`is_thinned`). */
export const crashDetailSchema = z.object({
  is_thinned: z.boolean(),
  /** The last lines of its console, at most `keptLines`. */
  tail: z.string(),
  figures: z.array(crashFigureSchema),
  /** Bytes; null: no limit. */
  memory_limit: z.number().nullable(),
  host: z.array(hostNewsSchema),
  changes: z.array(crashChangeSchema),
  image: z.string(),
  image_version: z.string().nullable(),
  versions: z.object({ lightdeck: z.string(), engine: z.string().nullable(), system: z.string() }),
});
export type CrashDetail = z.infer<typeof crashDetailSchema>;

export const crashReportSchema = shownCrashSchema.extend(crashDetailSchema.shape);
export type CrashReport = z.infer<typeof crashReportSchema>;
