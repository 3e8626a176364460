import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../../services/cli/locate.ts';
import { end, type LabProcess, type OwnProcess, startCli, startLabProcess } from '../support/lab-process.ts';
import { ask } from '../wire/admin/ask.ts';

let folder: string;
let run: OwnProcess | undefined;
let lab: LabProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-run-'));
});
afterEach(async () => {
  await end(run);
  await end(lab);
  lab = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const story = `version: 1
name: A program that goes on
teaches: t
source: s
timeout: 5m
when: [{ run: { command: [sh, -c, 'echo $$ $PPID > pids; exec sleep 300'], timeout: 5m } }]
`;

/** A run whose program has begun; the processes of the program and of its worker. */
async function begun(): Promise<readonly number[]> {
  writeFileSync(join(folder, 'story.yaml'), story);
  run = startCli(['run', './story.yaml', '--workers', '1'], { cwd: folder });
  const file = join(folder, 'pids');
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), { timeout: 60_000 }).toBe(true);
  return readFileSync(file, 'utf8').trim().split(' ').map(Number);
}

test.each<['SIGKILL' | 'SIGTERM' | 'SIGINT', number | null]>([
  ['SIGKILL', null],
  ['SIGTERM', 143],
  ['SIGINT', 130],
])('what a run has started ends with it, by %s', { timeout: 120_000 }, async (signal, code) => {
  const [program = 0, worker = 0] = await begun();
  // Ctrl-C comes to everybody in front of the terminal.
  if (signal === 'SIGINT') process.kill(worker, signal);
  run?.child.kill(signal);
  expect((await run?.ended)?.code).toBe(code);
  await expect.poll(() => [program, worker].filter(isAlive), { timeout: 15_000 }).toEqual([]);
});

const seesTheBoardroom = `version: 1
name: The lab that runs is the one that is asked
teaches: t
source: s
given: [{ cmdlet: { at: contoso, line: Set-Mailbox boardroom -DisplayName Changed } }]
when: [{ find: { as: mary@contoso.test, folder: inbox } }]
then:
  answer: { code: NoError }
  hops: [{ org: contoso, svc: ews, op: FindItem, status: 200 }]
  cmdlet: [{ at: contoso, line: Get-Mailbox boardroom, says: [Changed] }]
`;
const ofAnotherWorld = seesTheBoardroom.replace('name:', 'world: contoso-before-hybrid\nname:');

test('a lab that runs is told stories of its world, and is put back afterwards', { timeout: 120_000 }, async () => {
  lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'lab'), '--output', 'json'], { cwd: folder });
  const { adminUrl } = lab.endpoints;
  const get = async (path: string): Promise<unknown> => (await ask(adminUrl, 'GET', `/_coexist${path}`)).body;
  writeFileSync(join(folder, 'here.yaml'), seesTheBoardroom);
  writeFileSync(join(folder, 'there.yaml'), ofAnotherWorld);
  const tell = async (...words: string[]) => {
    run = startCli(['run', './here.yaml', './there.yaml', '--against', adminUrl, '--reporter', 'tap', ...words], { cwd: folder });
    return run.ended;
  };
  const { code, out, err } = await tell();
  expect({ code, err }).toMatchObject({
    code: 0,
    err: expect.stringMatching(/serves contoso-hybrid; not told there: [^/]+\/there\n1 passed, 0 failed, 1 skipped\n$/),
  });
  expect(out).toMatch(/^ok 1 - [^/]+\/here/m);
  expect(out).toMatch(/there.*# SKIP/);
  expect(await get('/v1/exchanges')).toMatchObject({
    exchanges: expect.arrayContaining([expect.objectContaining({ operation: 'FindItem' })]),
  });
  expect(await get('/v1/clock')).toMatchObject({ mode: 'real' });
  const line = 'Get-Mailbox boardroom | Select-Object DisplayName';
  const { body } = await ask(adminUrl, 'POST', '/_coexist/v1/cmdlets', { organization: 'contoso', line });
  expect(JSON.stringify(body)).not.toContain('Changed');
  expect(await tell('--workers', '2')).toMatchObject({ code: 2, err: expect.stringContaining('--workers') });
});
