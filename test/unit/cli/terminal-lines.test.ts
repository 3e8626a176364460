import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openLines } from '../../../services/cli/terminal-lines.ts';

/** Both ends of a terminal that nobody sees. */
function terminal(isTTY: boolean) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  Object.assign(input, { isTTY, setRawMode: () => input });
  Object.assign(output, { isTTY, columns: 80 });
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const lines = openLines(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream);
  return { input, lines, shown: () => shown };
}

test('lines of a pipe come without prompts, the last one without an end too', async () => {
  const { input, lines, shown } = terminal(false);
  input.end('one\n\nthree');
  expect([await lines.read('> '), await lines.read('> '), await lines.read('> '), await lines.read('> ')]).toEqual([
    'one',
    '',
    'three',
    undefined,
  ]);
  expect([lines.terminal, shown()]).toEqual([false, '']);
});

test('what is typed is shown, but for what is hidden', async () => {
  const { input, lines, shown } = terminal(true);
  const first = lines.read('[PS] contoso>');
  input.write('Get-Thing\r');
  expect(await first).toBe('Get-Thing');
  const password = lines.read('Password: ', true);
  input.write('s3cret\r');
  expect(await password).toBe('s3cret');
  const next = lines.read('[PS] contoso>');
  // The last line typed comes back: that is not the password.
  input.write('\u001b[A\r');
  expect(await next).toBe('Get-Thing');
  expect(shown()).toContain('Password: ');
  expect(shown()).not.toContain('s3cret');
  input.end();
  expect(await lines.read('[PS] contoso>')).toBeUndefined();
});

test('Ctrl-C throws away what is being typed, and asks again', async () => {
  const { input, lines, shown } = terminal(true);
  const line = lines.read('[PS] contoso>');
  input.write('Remove-Mailbox');
  input.write('\u0003');
  input.write('Get-Thing\r');
  expect(await line).toBe('Get-Thing');
  expect(shown().split('[PS] contoso>').length).toBeGreaterThan(2);
  lines.close();
});
