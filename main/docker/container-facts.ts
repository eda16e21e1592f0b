import { z } from 'zod';
import { labels } from './container-options.ts';
import type { ContainerInfo } from './contract.ts';
import { bindingWords, portBindingsSchema } from './published-ports.ts';

/** Go's zero time stands for never. */
const timeSchema = z.string().transform((text) => {
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? null : at;
});

/** The parts of `GET /containers/ID/json` that we use. */
export const inspectSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean().optional(),
    Pid: z.number().optional(),
    ExitCode: z.number(),
    Error: z.string().optional(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
  Config: z.object({
    Tty: z.boolean().optional(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  HostConfig: z.object({ PortBindings: portBindingsSchema.nullish() }).optional(),
});

const statusSchema = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
const roleSchema = z.enum(['server', 'install', 'rehearsal', 'helper']);

/** What the engine says about a container, in our words. Throws a ZodError if it says something else. */
export function containerInfo(inspected: unknown): ContainerInfo {
  const { Id, Name, State, Config, HostConfig } = inspectSchema.parse(inspected);
  const label = Config.Labels ?? {};
  const finishedAt = timeSchema.parse(State.FinishedAt);
  const role = roleSchema.safeParse(label[labels.role]);
  const status = statusSchema.safeParse(State.Status);
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    internalId: label[labels.id] ?? null,
    role: role.success ? role.data : null,
    hostId: label[labels.host] ?? null,
    definitionHash: label[labels.definition] ?? null,
    // Podman knows more words than Docker; what counts is whether it runs.
    status: status.success ? status.data : State.Running ? 'running' : 'exited',
    running: State.Running,
    pid: State.Running && State.Pid ? State.Pid : null,
    // A container that never finished a run has no exit code, whatever the field's zero says.
    exitCode: State.Running || finishedAt === null ? null : State.ExitCode,
    oomKilled: State.OOMKilled ?? false,
    stoppedByUser: false,
    error: State.Error ?? '',
    startedAt: timeSchema.parse(State.StartedAt),
    finishedAt,
    tty: Config.Tty ?? false,
    published: bindingWords(HostConfig?.PortBindings ?? {}),
  };
}

const stoppedSchema = z.object({ State: z.object({ StoppedByUser: z.boolean().optional() }) });

/** `stoppedByUser` out of Podman's own inspect. Throws a ZodError on an answer of another shape. */
export function wasStoppedByUser(inspected: unknown): boolean {
  return stoppedSchema.parse(inspected).State.StoppedByUser ?? false;
}
