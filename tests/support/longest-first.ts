import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
/** Seconds that files took, as `npm test -- --save-durations` left them; quick files are not in it. */
const known = z
  .record(z.string(), z.number())
  .parse(JSON.parse(readFileSync(join(root, 'tests/durations.json'), 'utf8')));
/** Of a file of the project `whole` that nobody has measured yet, in seconds. */
const guess = 20;

const seconds = ({ moduleId, project }: TestSpecification): number =>
  known[relative(root, moduleId)] ?? (project.name === 'whole' ? guess : 0);

/**
 * Files on real engines and browsers first, the longest of them at the very start, so that no worker has a long one left when the
 * others are done. The parts come last, in one go: they are short and share their workers' modules.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification): number => (file.project.name === 'whole' ? 0 : 1);
    return files.toSorted((a, b) => rank(a) - rank(b) || seconds(b) - seconds(a));
  }
}
