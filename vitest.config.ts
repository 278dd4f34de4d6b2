import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'bench/src/**/*.test.ts',
      'packages/*/src/**/*.test.ts',
      'contrib/*/src/**/*.test.ts',
      'tests/src/**/*.test.ts',
    ],
    pool: 'forks',
    // One file for each core: by default one core is left idle, which on two cores is half of them.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
