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
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
