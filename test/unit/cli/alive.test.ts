import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { isAlive } from '../../../services/cli/locate.ts';

test.runIf(process.platform === 'linux')('a process lives until it has ended, even when nobody asks how it ended', async () => {
  // `sleep 60` takes the place of the shell, whose child it never waits for: that stays behind as a zombie. The child
  // lives long enough not to have ended before, for the shell would have asked.
  const child = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    expect(isAlive(child.pid ?? 0)).toBe(true);
    await vi.waitFor(() => expect(isAlive(zombie)).toBe(false), 5_000);
    expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await vi.waitFor(() => expect(isAlive(child.pid ?? 0)).toBe(false), 5_000);
});
