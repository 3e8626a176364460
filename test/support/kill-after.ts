import type { LabProcess } from './lab-process.ts';

/** Kills a lab so long after its MRSProxy has answered so many calls, or the last one; '' is any operation. */
export function killAfter({ child, out }: LabProcess, operation: string, times: number, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    const lines = out().split('\n').slice(0, -1);
    const calls = lines.map((line) => JSON.parse(line) as { svc?: string; op?: string; status?: number });
    const answered = calls.filter(({ svc, op, status }) => svc === 'mrsproxy' && status === 200 && (operation === '' || op === operation));
    if (answered.length < times && calls.every(({ op }) => op !== 'TerminateSequence')) return;
    child.stdout?.off('data', look);
    setTimeout(() => child.kill('SIGKILL'), delayMs);
    resolve();
  };
  child.stdout?.on('data', look);
  look();
  return promise;
}
