import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBenchLab } from './bench-lab.ts';
import { requestRows } from './requests.ts';
import { type Row, table } from './row.ts';
import { startRows } from './start.ts';

const rows: Row[] = [...(await startRows())];
const lab = await openBenchLab(await mkdtemp(join(tmpdir(), 'coexist-bench-')));
try {
  rows.push(...(await requestRows(lab)));
} finally {
  await lab.close();
}
process.stdout.write(table(rows));
if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
