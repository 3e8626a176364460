/** Turns that did about nothing are left out: while work goes on, most of them wait for the client. */
const leastMs = 0.2;

/**
 * The processor time of each turn of the event loop while some work goes on, in milliseconds. Whoever asks for something
 * meanwhile waits for about one of them. Other processes of the machine, which make waits longer, do not make turns longer;
 * the system counts in ticks of up to 4 ms.
 */
export async function turnsDuring(work: () => Promise<unknown>): Promise<readonly number[]> {
  const turns: number[] = [];
  let isDone = false;
  let before = processorMs();
  const tick = (): void => {
    const now = processorMs();
    if (now - before > leastMs) turns.push(now - before);
    before = now;
    if (!isDone) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  isDone = true;
  return turns;
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
