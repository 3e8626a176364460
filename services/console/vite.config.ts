import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

/** How the console is made of `app/`: modules that any browser of today reads, no file inlined (the policy forbids it). */
const config: InlineConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
};
export default config;
