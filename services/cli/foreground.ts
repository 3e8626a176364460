import { describeFailure } from './failures.ts';

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Ends this process as asked: the first SIGINT or SIGTERM drains and exits 0, a second one exits at once with 128 and its
 * number.
 */
export function closeOnSignals(close: () => Promise<void>, complain: (text: string) => void): void {
  let closing = false;
  const end = async (): Promise<void> => {
    try {
      await close();
      process.exit(0);
    } catch (error) {
      const { exitCode, message } = describeFailure(error);
      complain(`coexist: ${message}\n`);
      process.exit(exitCode);
    }
  };
  for (const [signal, number] of Object.entries(signalNumbers)) {
    process.on(signal, () => {
      if (closing) process.exit(128 + number);
      closing = true;
      void end();
    });
  }
}
