import { z } from 'zod';
import type { EngineKind } from './engine-target.ts';

/** The parts of `GET /info` that tell what the engine can't do. */
const infoSchema = z.object({
  CgroupDriver: z.string().optional(),
  CgroupVersion: z.string().optional(),
  MemoryLimit: z.boolean().optional(),
  CpuCfsQuota: z.boolean().optional(),
  Rootless: z.boolean().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
});

const noLimits =
  "This engine can't limit servers: it runs without root, and without control groups of its own. Memory and CPU limits have no effect, and the figures of a server are the whole machine's. Use control groups of version 2 (any system with a systemd of today), or an engine that runs as root.";
const noMemoryLimit =
  "This engine can't limit memory: its kernel or its control groups don't offer it, so memory limits of servers have no effect.";
const noCpuLimit =
  "This engine can't limit the CPU: its kernel or its control groups don't offer it, so CPU limits of servers have no effect.";
const noInput =
  'With Podman, a server without a terminal takes no input any more when Lightdeck was restarted while it ran: give such servers a terminal, or restart them then.';

/**
 * What this engine can't do that people would count on, in whole sentences for them; none if its answer has another form. Docker says
 * it itself. Podman says `MemoryLimit` also where it has none (seen with 5.8: as a user on version 1), and no `CpuCfsQuota` on version 2,
 * where it limits the CPU well.
 */
export function engineLacks(info: unknown, kind: EngineKind): string[] {
  const parsed = infoSchema.safeParse(info);
  if (!parsed.success) return [];
  const { CgroupDriver, CgroupVersion, MemoryLimit, CpuCfsQuota, Rootless, SecurityOptions } = parsed.data;
  const isRootless =
    Rootless === true || (SecurityOptions ?? []).some((one) => one.startsWith('name=rootless'));
  const hasGroups = CgroupDriver !== 'none' && !(isRootless && CgroupVersion === '1');
  const lacks: string[] = [];
  if (!hasGroups) lacks.push(noLimits);
  else if (kind === 'docker') {
    if (MemoryLimit === false) lacks.push(noMemoryLimit);
    if (CpuCfsQuota === false) lacks.push(noCpuLimit);
  }
  if (kind === 'podman') lacks.push(noInput);
  return lacks;
}
