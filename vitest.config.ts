import { defineConfig } from 'vitest/config';

// Unit tests stand beside the file they test; contract and integration tests under tests/ use real sockets and real Docker.
export default defineConfig({
  test: {
    root: '.',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: true,
    // Most tests wait for containers most of the time: one more than the two processors that there are at least.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: [
            '{main,shared,renderer,preload}/**/*.test.ts',
            'tests/{architecture,contract}/**/*.test.ts',
          ],
          // Nothing of ours happens at import and there are no globals, so a worker need not load everything anew for each file.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['tests/{e2e,integration,support}/**/*.test.ts'],
          // Real engines and browsers on a machine that others load, too. A second try is never silent: npm test names each.
          retry: 1,
        },
      },
    ],
  },
});
