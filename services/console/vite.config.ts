import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

/** How the console is made of `app/`: modules that any browser of today reads, no file inlined (the policy forbids it). */
const config: InlineConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  // The same whatever NODE_ENV says: for developers every element would name its place on their machine.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
};
export default config;

/** The viewer of a single trace: one script and one style sheet, which go into the file of a trace. */
export const offline: NonNullable<InlineConfig['build']> = {
  cssCodeSplit: false,
  rolldownOptions: {
    input: fileURLToPath(new URL('app/offline.tsx', import.meta.url)),
    output: { format: 'iife', entryFileNames: 'offline.js', assetFileNames: 'offline[extname]' },
  },
};
