import { configDefaults, defineConfig } from 'vitest/config';
import { programText } from './scripts/lib/program-text.ts';
import { folderInMemory } from './tests/support/folder-in-memory.ts';
import LongestFirst from './tests/support/longest-first.ts';

// Unit tests stand beside the file they test; contract and integration tests under tests/ use real sockets and real Docker.
/** They prove that no timer is left: in a process of their own, since what others have left behind may set one in their midst. */
const longFiles = 'tests/**/*.long.test.ts';
const runsLongFiles =
  ['all', 'long'].includes(process.env.LIGHTDECK_TEST_LANE ?? '') ||
  process.argv.some((arg) => arg.includes('.long.'));

const countsTimers = ['main/stats/sampler*.test.ts'];

export default defineConfig({
  plugins: [programText()],
  test: {
    root: '.',
    // Only limits, for a test that hangs: whoever waits does so for a condition.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
    fileParallelism: true,
    // Most tests wait for containers most of the time: two more than the two processors that there are at least.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Nothing of ours happens at import and there are no globals, so a worker need not load everything anew for each file.
    isolate: false,
    setupFiles: ['tests/support/same-cases.ts'],
    // No second try: a test that passes only sometimes is wrong, or the product is.
    retry: 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          // Thousands of small stores and folders: on a disk each of their writes would be waited for.
          env: { TMPDIR: folderInMemory() },
          include: [
            '{client,main,shared,renderer,preload}/**/*.test.ts',
            'tests/{architecture,contract,heart,scripts}/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...countsTimers],
        },
      },
      { extends: true, test: { name: 'alone', isolate: true, include: countsTimers } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['tests/{e2e,integration,support}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...(runsLongFiles ? [] : [longFiles])],
        },
      },
    ],
  },
});
