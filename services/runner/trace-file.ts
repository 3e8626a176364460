import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Control } from './control.ts';

/** Of one file: what is beyond is not written. */
const mostTraces = 50;

/** Writes what is known of some traces, for whoever looks later: `head`, then the traces. One that is not to be had is told so. */
export async function writeTraceFile(file: string, head: object, ids: readonly string[], control: Pick<Control, 'call'>): Promise<void> {
  const traces: unknown[] = [];
  for (const id of ids.slice(0, mostTraces))
    traces.push(await control.call('GET', `/v1/traces/${id}`).catch((error: unknown) => ({ id, error: String(error) })));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...head, traces }, null, 2)}\n`);
}
