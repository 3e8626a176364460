import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { gatherLines } from '../../../shared/journal/gathered-lines.ts';

test('lines that come together are written in one go, in their order, before anything else happens', async () => {
  const written: string[] = [];
  const write = gatherLines({ stdout: { write: (text) => written.push(text) }, once: () => {} });
  write('a\n');
  write('b\n');
  expect(written).toEqual([]);
  await Promise.resolve();
  expect(written).toEqual(['a\nb\n']);
  write('c\n');
  await Promise.resolve();
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test('what was said before a process fails is written', async () => {
  const module = import.meta.resolve('../../../shared/journal/gathered-lines.ts');
  const program =
    `import { gatherLines } from ${JSON.stringify(module)};` +
    'const write = gatherLines(process);' +
    "setImmediate(() => { write('a\\n'); write('b\\n'); throw new Error('failed'); });";
  const failed = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 1, stdout: 'a\nb\n' });
});
