import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the system's clock in a second, as proc_pid_stat(5) counts them on every Linux. */
const ticksPerSecond = 100;

/**
 * Processor time of the threads that a process has, since each began, in milliseconds: to the nanosecond, where proc_pid_stat(5) counts
 * in ticks. What threads that have ended took is not in it.
 */
export function processorMs(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum / 1_000_000;
}

/** The same of a process with its children, those that have ended included. */
export function familyMs(pid: number): number {
  let sum = processorMs(pid);
  // Between brackets, before the numbers, stands a name that may have spaces.
  const numbers = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  sum += (((numbers[13] ?? 0) + (numbers[14] ?? 0)) * 1_000) / ticksPerSecond;
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')) {
    try {
      sum += processorMs(Number(child));
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}
