import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', 'test/long/**'],
    environment: 'node',
    globals: false,
    globalSetup: ['test/support/seed.ts', 'test/support/shared-baselines.ts'],
    setupFiles: ['test/support/setup.ts'],
    // A process for each file: tests listen, spawn and open databases, and must not see one another.
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
