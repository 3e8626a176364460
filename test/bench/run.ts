import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tuneCollector } from '../../services/heap.ts';
import { availabilityRows } from './availability.ts';
import { type BenchLab, openBenchLab } from './bench-lab.ts';
import { calendarRows } from './calendar.ts';
import { changeRows } from './changes.ts';
import { consoleRows } from './console.ts';
import { containerRows } from './containers.ts';
import { delegationRows } from './delegation.ts';
import { elsewhereRows } from './elsewhere.ts';
import { mailRows } from './mail.ts';
import { mailQueueRows } from './mail-queues.ts';
import { moveRows } from './moves.ts';
import { nodeFlags } from './node-flags.ts';
import { ntlmRows } from './ntlm.ts';
import { replicaRows } from './replicas.ts';
import { requestRows } from './requests.ts';
import { type Row, table } from './row.ts';
import { scenarioRows } from './scenarios.ts';
import { searchRows } from './search.ts';
import { startRows } from './start.ts';
import { streamRows } from './streams.ts';
import { tokenRows } from './tokens.ts';
import { validationRows } from './validation.ts';

/** What is measured, in the order of the table. */
const groups: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  start: startRows,
  containers: containerRows,
  replicas: replicaRows,
  validation: validationRows,
  delegation: delegationRows,
  elsewhere: elsewhereRows,
  availability: availabilityRows,
  streams: streamRows,
  'mail-queues': mailQueueRows,
  mail: mailRows,
  moves: moveRows,
  scenarios: scenarioRows,
  console: consoleRows,
  tokens: () => inLab(tokenRows),
  requests: () => inLab(requestRows),
  search: () => inLab(searchRows),
  calendar: () => inLab(calendarRows),
  changes: () => inLab(changeRows),
  ntlm: () => inLab(ntlmRows),
};

async function inLab(rows: (lab: BenchLab) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const lab = await openBenchLab(await mkdtemp(join(tmpdir(), 'coexist-bench-')));
  try {
    return await rows(lab);
  } finally {
    await lab.close();
  }
}

/**
 * Each group has a process of its own: code that another group has warmed up gains one side of a ratio more than the other. It leads
 * all that it starts, labs and workers, so that these end with it.
 */
async function rowsOf(group: string): Promise<readonly Row[]> {
  const child = fork(fileURLToPath(import.meta.url), [group, 'rows'], { execArgv: [...nodeFlags], detached: true });
  const received: Row[] = [];
  child.on('message', (rows: readonly Row[]) => received.push(...rows));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the group ${group} ended with ${code}`);
  return received;
}

// `npm run bench -- tokens requests` runs these groups alone.
const asked = process.argv.slice(2);
const [group = '', isChild] = asked;
const run = groups[group];
if (isChild === 'rows' && run !== undefined) {
  // Whoever asked was killed: what nobody reads is not measured on.
  process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  process.channel?.unref();
  tuneCollector();
  process.send?.(await run());
} else {
  const names = asked.length === 0 ? Object.keys(groups) : asked;
  const unknown = names.find((name) => groups[name] === undefined);
  if (unknown !== undefined) throw new Error(`there is no group ${unknown}: ${Object.keys(groups).join(', ')}`);
  const rows: Row[] = [];
  for (const name of names) rows.push(...(await rowsOf(name)));
  process.stdout.write(table(rows));
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
}
