import { spawn } from 'node:child_process';
import { clientEnvironment } from '../../client-environment.ts';
import { answered, type Play } from '../ground.ts';
import { millisecondsOf } from './world.ts';

const usualTimeoutMs = 30_000;
const mostOutputBytes = 1_048_576;
/** What a program gets from this machine; what points at a lab comes from the lab alone. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'SYSTEMROOT', 'USERPROFILE', 'NODE_PATH', 'PYTHONPATH'];

/**
 * A program, in the folder of the scenario, with the environment of `coexist exec`. Code is its exit code (`timeout`, `signal`,
 * `ENOENT`); text is its standard output, then its standard error; `Output` has the lines of the former.
 */
export const run: Play<'run'> = ({ command, input = '', environment = {}, timeout, exit = 0 }, ground) =>
  new Promise((resolve) => {
    const [file = '', ...words] = command;
    const inherited = Object.fromEntries(
      passedOn.flatMap((name) => (ground.environment[name] === undefined ? [] : [[name, ground.environment[name]]])),
    );
    const env = { ...inherited, ...clientEnvironment(ground.endpoints, { caFile: ground.caFile, proxy: true }), ...environment };
    const child = spawn(file, words, { cwd: ground.folder, env, stdio: 'pipe', detached: true });
    const output: Record<'out' | 'err', string> = { out: '', err: '' };
    const collect = (name: keyof typeof output) => (chunk: Buffer) => {
      output[name] = (output[name] + chunk.toString()).slice(0, mostOutputBytes);
    };
    child.stdout.on('data', collect('out'));
    child.stderr.on('data', collect('err'));
    child.stdin.on('error', () => {}).end(input);
    let late = false;
    const kill = (): void => {
      late = true;
      if (child.pid !== undefined) endGroup(child.pid);
      // Whoever has left the group may hold the pipes for as long as he likes.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(kill, timeout === undefined ? usualTimeoutMs : millisecondsOf(timeout));
    ground.signal.addEventListener('abort', kill, { once: true });
    const end = (code: string): void => {
      clearTimeout(timer);
      ground.signal.removeEventListener('abort', kill);
      const lines = output.out.split(/\r?\n/).filter((line) => line !== '');
      resolve(answered(code, { ok: code === String(exit), text: `${output.out}${output.err}`, values: { Output: lines } }));
    };
    child.once('error', (error) => end((error as NodeJS.ErrnoException).code ?? 'error'));
    child.once('close', (code) => end(late ? 'timeout' : code === null ? 'signal' : String(code)));
  });

/** All that a program has started ends with it, unless it has ended already. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
