import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBenchLab } from './bench-lab.ts';
import { requestRows } from './requests.ts';
import { type Row, table } from './row.ts';
import { startRows } from './start.ts';
import { tokenRows } from './tokens.ts';
import { validationRows } from './validation.ts';

const rows: Row[] = [...(await startRows()), ...(await validationRows())];
const lab = await openBenchLab(await mkdtemp(join(tmpdir(), 'coexist-bench-')));
try {
  rows.push(...(await tokenRows(lab)), ...(await requestRows(lab)));
} finally {
  await lab.close();
}
process.stdout.write(table(rows));
if (rows.some(({ passed }) => passed === false)) process.exitCode = 1;
