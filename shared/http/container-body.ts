import { z } from 'zod';
import { internalIdSchema, limitsSchema, restartPolicySchema, stopMethodSchema } from '../model/server.ts';
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

/** Left out, null and empty are the same: none. */
const optionalText = (max: number) =>
  text(max)
    .nullish()
    .transform((value) => value || null);

const fewEntries = (value: object) => Object.keys(value).length <= bounds.entries;
const tooMany = `must not have more than ${bounds.entries} entries`;

const environmentSchema = z
  .record(z.string().regex(/^[^=\0]{1,256}$/, 'must be a name without ='), text(bounds.value))
  .refine(fewEntries, tooMany);

/** `stop` as it is sent: a command or a signal may be left out (then SIGTERM), so may the time (30 s). */
const stopSchema = stopMethodSchema
  .extend({ timeout: stopMethodSchema.shape.timeout.default(30) })
  .strict()
  .transform((stop) => (stop.command || stop.signal ? stop : { ...stop, signal: 'SIGTERM' }));

/**
 * A5 and http.md part B: the body of a create request. Where Lightd's fields are optional, null is like leaving them out. Ports come out normalised; `name` null
 * means: like the id.
 */
export const createContainerBody = z.strictObject({
  internal_id: internalIdSchema,
  image: requiredText(bounds.image).regex(/^[A-Za-z0-9]\S*$/, 'must be an image reference like debian:12'),
  volume_id: requiredText(bounds.name),
  startup_command: requiredText(bounds.command),
  start_pattern: optionalText(bounds.pattern),
  ports: z
    .array(portRequestSchema)
    .max(bounds.entries)
    .nullish()
    .transform((ports) => ports ?? []),
  limits: z
    .strictObject({
      /** Bytes. */
      memory: limitsSchema.shape.memory.default(null),
      /** Cores. */
      cpu: limitsSchema.shape.cpu.default(null),
    })
    .nullish()
    .transform((limits) => limits ?? { memory: null, cpu: null }),
  /** Container folder → host folder (A8). */
  mount: z
    .record(text(4096), text(4096))
    .refine(fewEntries, tooMany)
    .nullish()
    .transform((mount) => mount ?? {}),
  install_script: optionalText(bounds.script),
  name: optionalText(bounds.name),
  environment: environmentSchema.default({}),
  stop: stopSchema.prefault({}),
  tty: z.boolean().default(true),
  auto_start: z.boolean().default(false),
  restart_policy: restartPolicySchema.default('on-failure'),
});
export type CreateContainerBody = z.output<typeof createContainerBody>;
