import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache();
// After the cache is on: a static import would be loaded before it.
const [{ currentSurroundings }, { runCli }, { moduleBeside }] = await Promise.all([
  import('../config.ts'),
  import('./program.ts'),
  import('../../shared/kernel/module-beside.ts'),
]);

const exitCode = await runCli(process.argv.slice(2), {
  ...currentSurroundings(),
  environment: process.env,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  columns: () => process.stdout.columns,
  readInput: async () => (await import('node:stream/consumers')).text(process.stdin),
  start: async (config) => {
    const { start } = await import('../main.ts');
    const stream = config.output === 'error' ? process.stderr : process.stdout;
    return start(config, (text) => stream.write(text));
  },
  mainModule: fileURLToPath(moduleBeside(import.meta.url, '../main')),
});
if (exitCode !== undefined) process.stdout.write('', () => process.exit(exitCode));
