import { fileURLToPath } from 'node:url';
import { runCli } from '../../../services/cli/program.ts';
import { currentSurroundings } from '../../../services/config.ts';
import { startFakeLab } from '../../wire/admin/lab.ts';

// services/cli/coexist.ts with a lab that has nothing behind its control port.
const exitCode = await runCli(process.argv.slice(2), {
  ...currentSurroundings(),
  environment: process.env,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  start: async () => {
    const lab = await startFakeLab();
    return { endpoints: lab.endpoints(), close: () => lab.close(), closed: new Promise(() => {}) };
  },
  readInput: () => Promise.resolve(''),
  mainModule: fileURLToPath(import.meta.resolve('./fake-main.ts')),
});
if (exitCode !== undefined) process.exit(exitCode);
