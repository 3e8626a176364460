import { defineConfig } from 'vitest/config';

/** `docker/test.sh` builds what these tests start and names it in the environment. */
export default defineConfig({
  test: {
    include: ['test/containers/**/*.test.ts'],
    environment: 'node',
    globals: false,
    pool: 'forks',
    experimental: { viteModuleRunner: false },
    // Each has containers of its own, and they are what takes the time.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
