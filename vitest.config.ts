import { defineConfig } from 'vitest/config';

// Each test file has a process of its own, and all of them load much the same modules: what is compiled is kept.
process.env['NODE_COMPILE_CACHE'] ??= `${import.meta.dirname}/node_modules/.cache/coexist-tests`;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', 'test/containers/**', 'test/long/**'],
    environment: 'node',
    globals: false,
    globalSetup: ['test/support/seed.ts', 'test/support/shared-installation.ts', 'test/support/shared-postgres.ts'],
    setupFiles: ['test/support/setup.ts'],
    // A process for each file: tests listen, spawn and open databases, and must not see one another.
    pool: 'forks',
    // Node reads TypeScript itself, as in the product: what goes through Vite's runner is compiled anew in each process.
    experimental: { viteModuleRunner: false },
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
