import { z } from 'zod';
import { eggConfigFileSchema } from './egg.ts';
import { playersSettingSchema } from './players.ts';
import { remoteConsoleSchema } from './remote-console.ts';
import { noResourceSettings, resourceSettingsSchema } from './resources.ts';
import { serverVariableSchema } from './server-variable.ts';
import { tagsSchema } from './tags.ts';

/**
 * A server's state as clients see it. The first six are Lightd's (S10). `failed` (the install failed) and `unknown`
 * (the Docker engine can't be reached, so nobody knows; H3) are ours: telling an old name there would be a lie.
 */
export const wireStates = [
  'installing',
  'installed',
  'starting',
  'running',
  'stopping',
  'exit',
  'failed',
  'unknown',
] as const;
export const wireStateSchema = z.enum(wireStates);
export type WireState = z.infer<typeof wireStateSchema>;

const resting: readonly WireState[] = ['installed', 'exit', 'failed'];
/** Whether nothing of a server runs in this state, nor is about to. */
export const isResting = (state: WireState): boolean => resting.includes(state);

/** A5: 1–64 characters. A dot alone or dots alone are refused since the id also names folders. */
export const internalIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 characters of A-Z a-z 0-9 _ . -')
  .refine((id) => !/^\.+$/.test(id), 'must not consist of dots alone');

export const protocolSchema = z.enum(['tcp', 'udp']);
export type NetProtocol = z.infer<typeof protocolSchema>;
export const portNumberSchema = z.number().int().min(1).max(65_535);

/** One published port, after normalising both forms of A5. `ip` is the host address it is bound to. */
export const portBindingSchema = z.object({
  ip: z.string(),
  host_port: portNumberSchema,
  container_port: portNumberSchema,
  protocol: protocolSchema,
});
export type PortBinding = z.infer<typeof portBindingSchema>;

/** Bounds of a memory limit, in bytes. */
export const leastMemory = 4 * 1024 * 1024;
export const mostMemory = 2 ** 40;
/** The documented sentence (A3a). */
export const leastMemoryProblem = 'Memory limit must be at least 4MB';

/** Memory in bytes, CPU in cores; null is no limit. */
export const limitsSchema = z.object({
  memory: z.number().int().min(leastMemory, leastMemoryProblem).max(mostMemory).nullable(),
  cpu: z.number().positive().max(1024).nullable(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** How to ask a server to stop: a console command, or a signal; then `timeout` seconds until SIGKILL. */
export const stopMethodSchema = z.object({
  command: z.string().min(1).max(1024).optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]{2,10}$/, 'must be a signal name like SIGTERM')
    .optional(),
  timeout: z.number().int().min(1).max(3600),
});
export type StopMethod = z.infer<typeof stopMethodSchema>;

/** One line of a console, without its end. */
const consoleLine = z
  .string()
  .min(1, 'must not be empty')
  .max(1024)
  .regex(/^[^\r\n\0]*$/, 'must be one line');

/**
 * What makes a running server's files hold still for a backup: the console lines of `before`, then a line that `wait_for` matches
 * (as a start pattern) within `timeout` seconds, and the lines of `after` when the files were read, however that ended. `ask` is typed
 * again each second while the line hasn't come, for games that must be asked.
 */
export const freezeSchema = z.strictObject({
  before: z.array(consoleLine).min(1).max(16),
  wait_for: z.string().min(1).max(1024).nullable().default(null),
  ask: consoleLine.nullable().default(null),
  timeout: z.number().int().min(1).max(600).default(60),
  after: z.array(consoleLine).max(16).default([]),
});
export type Freeze = z.infer<typeof freezeSchema>;

export const restartPolicySchema = z.enum(['on-failure', 'no']);
export type RestartPolicy = z.infer<typeof restartPolicySchema>;

/** A19: whom a server's programs run as: the host's own user, the image's, or root. */
export const userModeSchema = z.enum(['host', 'image', 'root']);
export type UserMode = z.infer<typeof userModeSchema>;

/** A19: what was chosen (null: the host decides), what is in force by it, and why. Numbers are the host's; null: only the image knows them. */
export const runsAsSchema = z.object({
  setting: userModeSchema.nullable(),
  mode: userModeSchema,
  uid: z.number().int().nullable(),
  gid: z.number().int().nullable(),
  reason: z.string(),
});
export type RunsAs = z.infer<typeof runsAsSchema>;

/** E7: how its programs are started: by a shell of ours, or by the image's own entry point, which is given the startup command, or has one itself. */
export const entrypointSchema = z.enum(['shell', 'image']);

/**
 * E7: what an install script runs in, where that is no container of the server's own image: as root, with the volume at /mnt/server, the
 * script given to `entrypoint`. `timeout` in seconds.
 */
export const installerSchema = z.object({
  image: z.string(),
  entrypoint: z.array(z.string()),
  timeout: z.number().int(),
});

/** E7: the egg that a server came from; its programs are told what those of an egg expect. */
export const serverEggSchema = z.object({
  name: z.string(),
  uuid: z.string().nullable(),
  sha256: z.string(),
});

/** A40: the container that a server is, where somebody else made it. `takes_input`: whether something can be typed into it. */
export const adoptedSchema = z.object({
  container_id: z.string(),
  name: z.string(),
  takes_input: z.boolean(),
});

/** What a server is: everything the user decided. What it does is kept apart (main/store/contract.ts). */
export const serverDefinitionSchema = z.object({
  internal_id: internalIdSchema,
  name: z.string(),
  image: z.string(),
  volume_id: z.string(),
  startup_command: z.string(),
  start_pattern: z.string().nullable(),
  ports: z.array(portBindingSchema),
  limits: limitsSchema,
  /** Missing in definitions of before A11. */
  resources: resourceSettingsSchema.default(noResourceSettings),
  mount: z.record(z.string(), z.string()),
  /** The container folders of `mount` that can only be read; missing in definitions of before it. */
  read_only_mounts: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()),
  install_script: z.string().nullable(),
  stop: stopMethodSchema,
  tty: z.boolean(),
  auto_start: z.boolean(),
  restart_policy: restartPolicySchema,
  /** A second place of the volume in the container; missing in definitions of before it. */
  data_path: z.string().nullable().default(null),
  /** IANA name, like `Europe/Berlin`; null is that of the host's machine. Missing in definitions of before it. */
  time_zone: z.string().nullable().default(null),
  /** Whom its volume belongs to, as `chown` takes it; null is the image's user. Missing in definitions of before it. */
  volume_owner: z.string().nullable().default(null),
  /** B7: whether nothing but the volume, the mounts and a small /tmp can be written to; missing in definitions of before it. */
  read_only_root: z.boolean().default(false),
  /** A19: whom its programs run as; null is what the host does by default. Missing in definitions of before it. */
  user: userModeSchema.nullable().default(null),
  /** A19: why its image can't run as the host's user, as its install found out; null: it can, as far as is known. */
  host_user_problem: z.string().nullable().default(null),
  /** What makes its files hold still for a backup while it runs; null: nothing does. Missing in definitions of before it. */
  freeze: freezeSchema.nullable().default(null),
  /** P1: how it is known who plays on it; null: nobody can tell. Missing in definitions of before it. */
  players: playersSettingSchema.nullable().default(null),
  /** R1: its console, where that isn't standard input; null: it is. Missing in definitions of before it. */
  console: remoteConsoleSchema.nullable().default(null),
  /** E7, these four are missing in definitions of before them. */
  entrypoint: entrypointSchema.default('shell'),
  installer: installerSchema.nullable().default(null),
  /** Set before each start. */
  config_files: z.array(eggConfigFileSchema).default([]),
  egg: serverEggSchema.nullable().default(null),
  /** The template that it was made from, by its name in addresses; missing in definitions of before it. */
  template: z.string().nullable().default(null),
  /** E10: the variables that its recipe asks for; missing in definitions of before it. */
  variables: z.array(serverVariableSchema).default([]),
  /** U3: the very image that it runs on (`name@sha256:…`, or an id of this machine), whatever its name stands for; null: that. */
  image_pin: z.string().nullable().default(null),
  /** A40: null: its containers are made here. Missing in definitions of before it. */
  adopted: adoptedSchema.nullable().default(null),
  /** Missing in definitions of before them. */
  tags: tagsSchema.default([]),
  created_at: z.number().int(),
  updated_at: z.number().int(),
});
export type ServerDefinition = z.infer<typeof serverDefinitionSchema>;

/** How the last run ended. `at` is Unix milliseconds. `reason` is a sentence for people. */
export const lastExitSchema = z.object({
  at: z.number(),
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  oom: z.boolean(),
  wanted: z.boolean(),
  reason: z.string(),
});
export type LastExit = z.infer<typeof lastExitSchema>;

/**
 * Whether a run ended badly, and not because somebody asked for it: the one judgement of badges, desktop notices, alerts, the record of changes and
 * crash reports. One without a code lost its container by somebody's hand.
 */
export function hasCrashed(exit: LastExit | null): exit is LastExit {
  return exit !== null && !exit.wanted && (exit.oom || (exit.code !== null && exit.code !== 0));
}

/** A start that follows a crash by itself: when (Unix ms), and the how many-th try of how many in a row it is. */
export const pendingRestartSchema = z.object({
  at: z.number(),
  attempt: z.number().int(),
  of: z.number().int(),
});
export type PendingRestart = z.infer<typeof pendingRestartSchema>;

export const installStateSchema = z.enum(['installing', 'installed', 'failed']);
export type InstallState = z.infer<typeof installStateSchema>;
