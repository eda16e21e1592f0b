import { z } from 'zod';
import { eggConfigFileSchema } from '../model/egg.ts';
import { playersSettingSchema } from '../model/players.ts';
import { remoteConsoleSchema } from '../model/remote-console.ts';
import {
  entrypointSchema,
  freezeSchema,
  installerSchema,
  internalIdSchema,
  limitsSchema,
  restartPolicySchema,
  serverEggSchema,
  stopMethodSchema,
  userModeSchema,
} from '../model/server.ts';
import { serverVariableSchema } from '../model/server-variable.ts';
import { tagsSchema } from '../model/tags.ts';
import { timeZoneSchema } from '../model/time-zone.ts';
import { portRequestSchema } from './port-request.ts';

/** Bounds of a definition, in characters or entries: generous for people, finite for the store. */
const bounds = {
  name: 128,
  image: 512,
  command: 32_768,
  script: 262_144,
  pattern: 1024,
  value: 32_768,
  entries: 256,
};

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
const requiredText = (max: number) => text(max).min(1, 'must not be empty');

/** Null and empty are the same: none. */
const textOrNull = (max: number) =>
  text(max)
    .nullable()
    .transform((value) => value || null);
/** So is leaving it out. */
const optionalText = (max: number) => textOrNull(max).default(null);

const fewEntries = (value: object) => Object.keys(value).length <= bounds.entries;
const tooMany = `must not have more than ${bounds.entries} entries`;

/** Names as the kernel takes them, values of any text: lines, quotes and `=` too. */
const environmentSchema = z
  .record(z.string().regex(/^[^=\0]{1,256}$/, 'must be a name without ='), text(bounds.value))
  .refine(fewEntries, tooMany);

/** `stop` as it is sent: a command or a signal may be left out (then SIGTERM), so may the time (30 s). */
const stopSchema = stopMethodSchema
  .extend({ timeout: stopMethodSchema.shape.timeout.default(30) })
  .strict()
  .transform((stop) => (stop.command || stop.signal ? stop : { ...stop, signal: 'SIGTERM' }));

export const imageSchema = requiredText(bounds.image).regex(
  /^[A-Za-z0-9]\S*$/,
  'must be an image reference like debian:12',
);
export const installScriptSchema = text(bounds.script);
/** Come out normalised. */
export const portRequestsSchema = z.array(portRequestSchema).max(bounds.entries);
/** Container folder → host folder, as they are sent (A8 is checked by whoever has the configuration). */
export const mountSchema = z.record(text(4096), text(4096)).refine(fewEntries, tooMany);
/** Which of them can only be read, by their container folders. */
export const readOnlyMountsSchema = z
  .array(text(4096))
  .max(bounds.entries)
  .nullish()
  .transform((folders) => folders ?? []);

/** The system's own folders, and the one where the volume is anyway; a folder in that one may be what an image calls a volume. */
const reservedFolders = /^\/($|home\/container$|(proc|sys|dev)(\/|$))/;

/** Where an image that keeps its data in a folder of its own finds the volume, beside /home/container. */
export const dataPathSchema = text(4096)
  .regex(/^(\/[^/\\]+)+$/, 'must be an absolute path without a slash at its end')
  .refine(
    (path) => !path.split('/').some((name) => name === '.' || name === '..'),
    'must not contain . or ..',
  )
  .refine(
    (path) => !reservedFolders.test(path),
    'must not be / or /home/container, nor in /proc, /sys or /dev',
  )
  .nullable();

/** A user of the image by name or number, and a group after a colon. */
const volumeOwnerSchema = text(64)
  .regex(/^[A-Za-z0-9_][\w.-]*(:[A-Za-z0-9_][\w.-]*)?$/, 'must be a user like 1000, 1000:1000 or games')
  .nullable();

/** E7: seconds that an install in an image of its own may take: a large game is tens of gigabytes. */
const installerTime = { default: 2 * 3600, most: 24 * 3600 };

const installerBody = installerSchema.extend({
  image: imageSchema,
  entrypoint: z.array(requiredText(bounds.image)).min(1).max(16),
  timeout: z.number().int().min(60).max(installerTime.most).default(installerTime.default),
});

const configFilesSchema = z
  .array(eggConfigFileSchema)
  .max(64)
  .refine((files) => JSON.stringify(files).length <= bounds.script, 'are too long in all');

/** E10: what a server's recipe asks for. */
const variablesSchema = z
  .array(serverVariableSchema)
  .max(bounds.entries)
  .refine(
    (variables) => new Set(variables.map(({ key }) => key)).size === variables.length,
    'must not name one twice',
  )
  .refine((variables) => JSON.stringify(variables).length <= bounds.script, 'are too long in all');

/** What can be changed later, each field as it is checked then and in a create request. `name` null means: like the id. */
const changeable = {
  name: textOrNull(bounds.name),
  /** Empty: the image's own, where it is started by the image. */
  startup_command: text(bounds.command),
  start_pattern: textOrNull(bounds.pattern),
  environment: environmentSchema,
  stop: stopSchema,
  tty: z.boolean(),
  auto_start: z.boolean(),
  restart_policy: restartPolicySchema,
  data_path: dataPathSchema,
  time_zone: timeZoneSchema.nullable(),
  volume_owner: volumeOwnerSchema,
  read_only_root: z.boolean(),
  user: userModeSchema.nullable(),
  freeze: freezeSchema.nullable(),
  players: playersSettingSchema.nullable(),
  entrypoint: entrypointSchema,
  installer: installerBody.strict().nullable(),
  config_files: configFilesSchema,
  tags: tagsSchema,
  console: remoteConsoleSchema.nullable(),
};

/**
 * A5 and http.md part B: the body of a create request. Where Lightd's fields are optional, null is like leaving them out. Ports come out normalised; `name` null
 * means: like the id.
 */
export const createContainerBody = z
  .strictObject({
    internal_id: internalIdSchema,
    image: imageSchema,
    volume_id: requiredText(bounds.name),
    startup_command: changeable.startup_command,
    start_pattern: changeable.start_pattern.default(null),
    ports: portRequestsSchema.nullish().transform((ports) => ports ?? []),
    limits: z
      .strictObject({
        /** Bytes. */
        memory: limitsSchema.shape.memory.default(null),
        /** Cores. */
        cpu: limitsSchema.shape.cpu.default(null),
      })
      .nullish()
      .transform((limits) => limits ?? { memory: null, cpu: null }),
    mount: mountSchema.nullish().transform((mount) => mount ?? {}),
    /** Ours. */
    read_only_mounts: readOnlyMountsSchema,
    install_script: optionalText(bounds.script),
    name: changeable.name.default(null),
    environment: changeable.environment.default({}),
    stop: changeable.stop.prefault({}),
    tty: changeable.tty.default(true),
    auto_start: changeable.auto_start.default(false),
    restart_policy: changeable.restart_policy.default('on-failure'),
    /** Ours. */
    data_path: changeable.data_path.default(null),
    time_zone: changeable.time_zone.default(null),
    volume_owner: changeable.volume_owner.default(null),
    /** Ours (B7). */
    read_only_root: changeable.read_only_root.default(false),
    /** Ours (A19). */
    user: changeable.user.default(null),
    /** Ours: for backups. */
    freeze: changeable.freeze.default(null),
    /** Ours (P1). */
    players: changeable.players.default(null),
    /** Ours: for lists. */
    tags: changeable.tags.default([]),
    /** Ours (R1). */
    console: changeable.console.default(null),
    /** Ours (E7). */
    entrypoint: changeable.entrypoint.default('shell'),
    installer: changeable.installer.default(null),
    config_files: changeable.config_files.default([]),
    egg: serverEggSchema
      .extend({
        name: requiredText(191),
        uuid: text(191).nullable(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      })
      .strict()
      .nullable()
      .default(null),
    /** Ours (E10). */
    template: text(64).nullable().default(null),
    variables: variablesSchema.default([]),
    /** Ours (E17): somebody has read the game's licence and accepts it. */
    accept_eula: z.boolean().default(false),
    /** Ours: start it as soon as it is installed. */
    start: z.boolean().default(false),
  })
  .refine((body) => body.startup_command !== '' || body.entrypoint === 'image', {
    path: ['startup_command'],
    message: 'must not be empty',
  });
export type CreateContainerBody = z.output<typeof createContainerBody>;

/** E10: values of the variables that the server's recipe asks for, by key; the others stay as they are. */
export const variableValuesSchema = z.record(text(191), text(bounds.value)).refine(fewEntries, tooMany);

/** http.md part B, PATCH: any of these, at least one. `environment` and `stop` are replaced as a whole. */
export const changeContainerBody = z
  .strictObject({
    name: changeable.name.exactOptional(),
    startup_command: changeable.startup_command.exactOptional(),
    start_pattern: changeable.start_pattern.exactOptional(),
    environment: changeable.environment.exactOptional(),
    stop: changeable.stop.exactOptional(),
    tty: changeable.tty.exactOptional(),
    auto_start: changeable.auto_start.exactOptional(),
    restart_policy: changeable.restart_policy.exactOptional(),
    data_path: changeable.data_path.exactOptional(),
    time_zone: changeable.time_zone.exactOptional(),
    volume_owner: changeable.volume_owner.exactOptional(),
    read_only_root: changeable.read_only_root.exactOptional(),
    user: changeable.user.exactOptional(),
    freeze: changeable.freeze.exactOptional(),
    players: changeable.players.exactOptional(),
    entrypoint: changeable.entrypoint.exactOptional(),
    installer: changeable.installer.exactOptional(),
    config_files: changeable.config_files.exactOptional(),
    tags: changeable.tags.exactOptional(),
    console: changeable.console.exactOptional(),
  })
  .refine(
    (body) => Object.keys(body).length > 0,
    `send at least one of ${Object.keys(changeable).join(', ')}`,
  );
export type ChangeContainerBody = z.output<typeof changeContainerBody>;
