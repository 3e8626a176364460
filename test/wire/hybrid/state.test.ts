import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coexistWith } from '../../support/coexist.ts';
import { controlOf } from '../../support/control.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';

let lab: TestLab;
let coexist: ReturnType<typeof coexistWith>;
const folder = mkdtempSync(join(tmpdir(), 'coexist-state-'));
beforeAll(async () => {
  lab = await openTestLab();
  coexist = coexistWith(lab);
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const diff = async (...argv: readonly string[]) =>
  JSON.parse((await coexist(['state', 'diff', ...argv, '--json'])).out) as Record<string, readonly object[]>;
const unchanged = { configuration: [], recipients: [], mailboxes: [], folders: [], items: [], queue: [], more: {} };

async function make(subject: string, disposition = 'SaveOnly'): Promise<void> {
  const to = '<t:ToRecipients><t:Mailbox><t:EmailAddress>nobody@elsewhere.example</t:EmailAddress></t:Mailbox></t:ToRecipients>';
  const message = `<t:Message><t:Subject>${subject}</t:Subject>${to}</t:Message>`;
  const { status } = await lab.ews(
    'mary@contoso.test',
    `<m:CreateItem MessageDisposition="${disposition}"><m:Items>${message}</m:Items></m:CreateItem>`,
  );
  expect(status).toBe(200);
}

test('what a client, an administrator and the mail have changed is told, and gone when the state is restored', async () => {
  expect((await coexist(['state', 'snapshot', 'before'])).out).toMatch(/^before {2}\d+ octets {2}taken 20/);
  expect(await diff('before')).toEqual(unchanged);
  await make('Draft of the year');
  const folder =
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Plans</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>';
  await lab.ews('mary@contoso.test', folder);
  await runCmdlet(lab, 'contoso', 'Set-Mailbox rob -DisplayName Robert');
  await runCmdlet(lab, 'contoso', 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $false');
  await runCmdlet(lab, 'contoso', 'Set-SendConnector Internet -Enabled $false');
  await make('Letter to nobody', 'SendOnly');
  await lab.mailSent();
  const found = await diff('before');
  expect(found['items']).toMatchObject([{ change: 'made', where: 'mary@contoso.test', what: 'Drafts: Draft of the year' }]);
  expect(found['folders']).toMatchObject([{ change: 'made', where: 'mary@contoso.test', what: 'Plans' }]);
  expect(found['recipients']).toMatchObject([
    { change: 'changed', what: 'rob@contoso.test', properties: { displayName: ['Rob', 'Robert'] } },
  ]);
  expect(found['configuration']).toMatchObject([
    { where: 'contoso', what: 'SendConnector Internet', properties: { 'value.Enabled': [null, false] } },
    {
      where: 'contoso',
      what: 'WebServicesVirtualDirectory EWS (Default Web Site)',
      properties: { 'value.MRSProxyEnabled': [true, false] },
    },
  ]);
  expect(found['queue']).toMatchObject([{ change: 'made', where: 'contoso', what: 'Letter to nobody from mary@contoso.test' }]);
  expect((await coexist(['state', 'diff'])).out).toContain('+ mary@contoso.test: Drafts: Draft of the year');
  expect(await coexist(['state', 'restore', 'before'])).toMatchObject({ code: 0 });
  expect(await diff('before')).toEqual(unchanged);
  expect((await coexist(['state', 'diff', 'before'])).out).toBe('nothing has changed\n');
});

test('a state has the clock and the fault rules, and what is broken in it is broken again', async () => {
  await coexist(['clock', 'skew', 'contoso', '7m']);
  await coexist(['fault', 'add', '{"id": "slow", "effect": {"kind": "latency", "delayMs": 1}}']);
  await coexist(['topology', 'break', 'fw-block-in']);
  await coexist(['state', 'snapshot', 'broken']);
  await coexist(['state', 'reset']);
  expect(lab.faults.list()).toEqual([]);
  expect(lab.clock.state().skewMs).toEqual({});
  await coexist(['state', 'restore', 'broken']);
  expect(lab.faults.list().map(({ id }) => id)).toEqual(['slow', 'topology-fw-block-in-1']);
  expect(lab.clock.state().skewMs).toEqual({ contoso: 420_000 });
  expect((await coexist(['topology', 'fix', 'fw-block-in'])).code).toBe(0);
  expect(lab.faults.list().map(({ id }) => id)).toEqual(['slow']);
  await coexist(['state', 'reset']);
});

test('secrets are not told', async () => {
  await coexist(['state', 'snapshot', 'secret']);
  await runCmdlet(lab, 'contoso', "Set-User rob -Password 'Another1!'");
  const text = JSON.stringify(await diff('secret'));
  expect(text).toContain('"ntHash":["***","***"]');
  expect(text).not.toMatch(/[0-9a-f]{32}"/);
  await coexist(['state', 'reset']);
});

test('a state goes into a folder that only its owner reads, and into another lab', async () => {
  await make('Carried');
  const dir = join(folder, 'there');
  expect(await coexist(['state', 'export', dir])).toMatchObject({ code: 0, err: '' });
  expect([statSync(join(dir, 'state.sqlite')).mode & 0o777, existsSync(join(dir, 'state.json'))]).toEqual([0o600, true]);
  await coexist(['state', 'reset']);
  expect((await diff())['items']).toEqual([]);
  expect(await coexist(['state', 'import', dir])).toMatchObject({ code: 0, err: '' });
  expect((await diff())['items']).toMatchObject([{ what: 'Drafts: Carried' }]);
  await coexist(['state', 'reset']);
  expect((await coexist(['state', 'ls'])).out).not.toContain('carried');
});

describe('what is no state is refused, and changes nothing', () => {
  test.each([
    [['restore', 'nothing'], 5, /no snapshot "nothing"/],
    [['rm', 'nothing'], 5, /no snapshot "nothing"/],
    [['diff', 'nothing'], 5, /no snapshot "nothing"/],
    [['snapshot', '../outside'], 2, /is not the name of a snapshot/],
    [['snapshot', 'seed'], 2, /is not the name of a snapshot/],
    [['import', '/nonexistent'], 2, /there is no state\.sqlite/],
  ])('%j', async (argv, code, err) => {
    expect(await coexist(['state', ...argv])).toMatchObject({ code, err: expect.stringMatching(err) });
    expect(await diff()).toEqual(unchanged);
  });

  test('octets that are none, and a state of another world', async () => {
    const dir = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(dir, 'state.sqlite'), 'these are no octets of SQLite'.repeat(100));
    expect(await coexist(['state', 'import', dir])).toMatchObject({ code: 2, err: expect.stringContaining('is damaged') });
    const other = await openTestLab({ world: 'contoso-before-hybrid' });
    await coexistWith(other)(['state', 'export', dir]);
    await other.close();
    expect(await coexist(['state', 'import', dir])).toMatchObject({ code: 2, err: expect.stringContaining('is of another world') });
    expect(await diff()).toEqual(unchanged);
  });

  test('a path in a name never leaves the folder', async () => {
    const { status } = await ask(lab.endpoints.adminUrl, 'DELETE', '/_coexist/v1/snapshots/..%2F..%2Fca.pem');
    expect(status).toBe(400);
    expect((await controlOf(lab).call('GET', '/snapshots'))['snapshots']).toEqual(expect.any(Array));
  });
});
