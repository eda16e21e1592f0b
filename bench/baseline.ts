import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { z } from 'zod';
import { type Comparison, type Figure, ratioOf } from './report.ts';

const machineSchema = z.object({
  cpu: z.string(),
  cores: z.number(),
  memoryGb: z.number(),
  kernel: z.string(),
  node: z.string(),
  engine: z.string(),
});
export type Machine = z.infer<typeof machineSchema>;

const baselineSchema = z.object({
  machine: machineSchema,
  figures: z.record(
    z.string(),
    z.object({
      value: z.number(),
      unit: z.string(),
      raw: z.number().optional(),
      ratio: z.number().optional(),
    }),
  ),
});
export type Baseline = z.infer<typeof baselineSchema>;

export function describeMachine(engine: string): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.versions.node,
    engine,
  };
}

/** Null where there is none yet, or none that can be read. */
export async function loadBaseline(path: string): Promise<Baseline | null> {
  try {
    return baselineSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** A core of the same make in the same number counts as the same machine; versions may differ. */
const isSame = (a: Machine, b: Machine): boolean => a.cpu === b.cpu && a.cores === b.cores;

export function compareWith(baseline: Baseline | null, machine: Machine): Comparison {
  return {
    sameMachine: baseline !== null && isSame(baseline.machine, machine),
    known: (key) => baseline?.figures[key],
  };
}

/** Writes the figures; those of scenarios that were not run stay, if they come from such a machine. */
export async function saveBaseline(
  path: string,
  machine: Machine,
  figures: readonly Figure[],
): Promise<void> {
  const before = await loadBaseline(path);
  const kept = before && isSame(before.machine, machine) ? before.figures : {};
  const baseline: Baseline = {
    machine,
    figures: { ...kept, ...Object.fromEntries(figures.map((figure) => [figure.key, entry(figure)])) },
  };
  await writeFile(path, `${JSON.stringify(baseline, null, 2)}\n`);
}

const round = (value: number): number => Number(value.toPrecision(4));

function entry(figure: Figure): Baseline['figures'][string] {
  const ratio = ratioOf(figure);
  return {
    value: round(figure.value),
    unit: figure.unit,
    ...(figure.raw === undefined ? {} : { raw: round(figure.raw) }),
    ...(ratio === undefined ? {} : { ratio: round(ratio) }),
  };
}
