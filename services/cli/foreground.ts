import type { RunningLab } from './context.ts';
import { describeFailure } from './failures.ts';

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Leaves this process to a lab. The first SIGINT or SIGTERM drains it and exits 0, a second one exits at once with 128 and
 * its number; an end that fails is told with its exit code, whether a signal or the control port asked for it.
 */
export function runUntilClosed(lab: Pick<RunningLab, 'close' | 'closed'>, complain: (text: string) => void): void {
  let closing = false;
  lab.closed.then(
    () => {
      if (closing) process.exit(0);
    },
    (error: unknown) => {
      const { exitCode, message } = describeFailure(error);
      complain(`coexist: ${message}\n`);
      process.exit(exitCode);
    },
  );
  for (const [signal, number] of Object.entries(signalNumbers)) {
    process.on(signal, () => {
      if (closing) process.exit(128 + number);
      closing = true;
      // How it ends is told above.
      lab.close().catch(() => {});
    });
  }
}
