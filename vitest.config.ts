import { defineConfig } from 'vitest/config';

// Unit tests stand beside the file they test; contract and integration tests under tests/ use real sockets and real Docker.
export default defineConfig({
  test: {
    root: '.',
    include: ['{main,shared,renderer,preload}/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: true,
    // Most tests wait for containers most of the time: one more than the two processors that there are at least.
    maxWorkers: 3,
  },
});
