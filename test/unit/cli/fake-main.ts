import { removeEndpoints, writeEndpoints } from '../../../services/admin/endpoints.ts';
import { readConfig } from '../../../services/config.ts';
import { startFakeLab } from '../../wire/admin/lab.ts';

// Stands where services/main.ts stands: a process with a control port and nothing behind it.
const config = readConfig(process.argv.slice(2));
if (config.detach) throw new Error('a detached lab was asked to detach');
if (config.seed === 'fails') {
  process.stderr.write('port 4460 of 127.0.0.1, wanted for control, is in use\n');
  process.exit(3);
}
if (config.seed === 'hangs') setInterval(() => undefined, 60_000);
else {
  const lab = await startFakeLab({
    pid: process.pid,
    onShutdown: () => {
      removeEndpoints(config.endpointsFile, process.pid);
      void lab.close();
    },
  });
  writeEndpoints(config.endpointsFile, lab.endpoints());
  process.stdout.write(`${JSON.stringify(config.log)}\n`);
}
