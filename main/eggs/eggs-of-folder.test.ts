import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { eggSchema } from '../../shared/model/egg.ts';
import { exportEgg } from './export-egg.ts';
import { parseEgg } from './parse-egg.ts';
import { planServer } from './plan.ts';

/** `LIGHTDECK_EGGS=folder npx vitest run main/eggs/eggs-of-folder.test.ts` tries all eggs of a folder and prints what it found. */
const given = process.env.LIGHTDECK_EGGS;
const folder = given ?? join(import.meta.dirname, '../../tests/fixtures/eggs');

const isEggFile = (entry: Dirent): boolean => entry.isFile() && /\.(json|ya?ml)$/i.test(entry.name);

function eggFiles(): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(isEggFile)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](node_modules|\.git|expected)[\\/]/.test(file))
    .sort();
}

interface Report {
  models: number;
  /** Which exported again are the same variables and plan. */
  plans: number;
  /** Other files in JSON or YAML. */
  others: number;
  notes: Map<string, number>;
  refused: string[];
  slowest: { file: string; ms: number };
}

function tryAll(): Report {
  const report: Report = {
    models: 0,
    plans: 0,
    others: 0,
    notes: new Map(),
    refused: [],
    slowest: { file: '', ms: 0 },
  };
  for (const path of eggFiles()) {
    const text = readFileSync(path, 'utf8');
    if (!/\b(PTDL|PLCN)_v/.test(text)) {
      report.others += 1;
      continue;
    }
    const file = relative(folder, path);
    const begun = performance.now();
    try {
      const { egg, notes } = parseEgg(text);
      expect(eggSchema.parse(egg)).toEqual(egg);
      report.models += 1;
      const planOf = (one: typeof egg): unknown =>
        planServer(one, 'a'.repeat(64), { values: new Map(), install: true });
      if (isDeepStrictEqual(planOf(parseEgg(exportEgg(egg)).egg), planOf(egg))) report.plans += 1;
      else report.refused.push(`${file}: is another server after an export`);
      for (const kind of new Set(notes.map((note) => note.kind)))
        report.notes.set(kind, (report.notes.get(kind) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof LightdeckError)) throw new Error(`${file}: ${String(error)}`, { cause: error });
      report.refused.push(`${file}: ${error.message}`);
    }
    const ms = performance.now() - begun;
    if (ms > report.slowest.ms) report.slowest = { file, ms };
  }
  return report;
}

test('E2: every egg of a folder becomes a model, or is refused with a reason', () => {
  const report = tryAll();
  if (given !== undefined) {
    const notes = [...report.notes]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => `  ${count} ${kind}`);
    const { file, ms } = report.slowest;
    process.stdout.write(
      `${report.models} models, ${report.plans} planned and the same again after an export, ${report.refused.length} refused, ${report.others} other files; slowest ${file} ${ms.toFixed(0)} ms\neggs with a note of a kind:\n${notes.join('\n')}\nrefused:\n${report.refused.map((line) => `  ${line}`).join('\n')}\n`,
    );
  }
  expect(report.models).toBeGreaterThan(0);
  if (given === undefined) expect(report.refused).toEqual([]);
});
