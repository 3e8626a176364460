import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../services/cli/locate.ts';
import { coexist, type Ended, wireClient } from '../support/lab-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-cli-process-'));
const cli = (...words: readonly string[]): Promise<Ended> => coexist(words, { cwd: folder });
const json = ({ out }: Ended): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a lab in the background', () => {
  let up: Ended;
  beforeAll(async () => {
    up = await cli('up', '--detach', '--port', '0', '--clock', 'frozen@2026-11-01T09:00Z', '--json');
  });
  afterAll(async () => {
    await cli('down');
  });

  const endpoints = (): Parameters<typeof wireClient>[0] => JSON.parse(readFileSync(join(folder, '.coexist', 'endpoints.json'), 'utf8'));

  test('is ready when the command returns', () => {
    expect([up.code, up.err]).toEqual([0, '']);
    expect(json(up)).toMatchObject({ event: 'ready', endpoints: join(folder, '.coexist', 'endpoints.json') });
  });

  test('status and ready find it from its folder', async () => {
    const { pid } = json(up);
    const status = await cli('status', '--json');
    expect(status.code).toBe(0);
    expect(json(status)).toMatchObject({
      info: { pid, world: 'contoso-hybrid' },
      health: { clock: { mode: 'frozen' } },
      endpoints: { pid },
    });
    expect((await cli('status')).out).toMatch(/^contoso {2,}on-premises {2,}https:\/\/localhost:\d+\/EWS\/Exchange\.asmx/m);
    expect(await cli('ready', '--json').then(json)).toMatchObject({ ready: true });
  });

  test('clock freezes, advances and runs on, and the lab goes by it', async () => {
    expect(json(await cli('clock', 'now', '--json'))).toMatchObject({ mode: 'frozen', now: '2026-11-01T09:00:00.000Z' });
    expect((await cli('clock', 'advance', '61m')).code).toBe(0);
    expect(json(await cli('clock', 'now', '--json'))).toMatchObject({ now: '2026-11-01T10:01:00.000Z' });
    expect((await cli('clock', 'freeze', '2026-12-24T18:00Z')).code).toBe(0);
    const client = wireClient(endpoints());
    await client.ews(
      'mary@contoso.test',
      '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>of the evening</t:Subject></t:Message></m:Items></m:CreateItem>',
    );
    const shape =
      '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:DateTimeCreated"/></t:AdditionalProperties></m:ItemShape>';
    const found = await client.ews(
      'mary@contoso.test',
      `<m:FindItem Traversal="Shallow">${shape}<m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="End"/><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>`,
    );
    client.close();
    expect(found.body).toContain('<t:DateTimeCreated>2026-12-24T18:00:00Z</t:DateTimeCreated>');
    expect((await cli('clock', 'resume')).code).toBe(0);
    expect((await cli('clock', 'advance', 'soon')).code).toBe(2);
  });

  test('logs and traces tell what a client did', async () => {
    const client = wireClient(endpoints());
    await client.ews('mary@contoso.test', getFolder);
    await client.ews('mary@contoso.test', '<m:InstallApp/>');
    client.close();
    const lines = (await cli('logs', '--svc', 'ews', '--json')).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ operation: 'GetFolder', caller: 'mary@contoso.test', status: 200, outcome: 'answered' }),
      ]),
    );
    const refused = lines.find(({ code }) => code === 'ErrorInvalidOperation');
    expect(refused).toMatchObject({ status: 500, outcome: 'refused' });
    expect((await cli('logs', '--grep', 'ErrorInvalidOperation')).out).toContain('ErrorInvalidOperation');
    const traceId = String(refused?.['traceId']);
    expect((await cli('trace', 'ls')).out).toContain(traceId.slice(0, 8));
    const ladder = await cli('trace', 'show', traceId);
    expect([ladder.code, ladder.out]).toEqual([0, expect.stringContaining('ErrorInvalidOperation')]);
    expect(ladder.out).not.toContain('Pa55word');
    expect((await cli('trace', 'show', 'ffffffffffffffffffffffffffffffff')).code).not.toBe(0);
  });

  test('env gives a shell what clients need', async () => {
    const { out } = await cli('env', '--proxy');
    expect(out).toContain(`export COEXIST_CA_FILE='${endpoints().caFile}'`);
    expect(out).toContain(`export HTTPS_PROXY='${endpoints().proxyUrl}'`);
  });

  test('exec uses it where COEXIST_ADMIN_URL names it', async () => {
    const environment = { COEXIST_ADMIN_URL: endpoints().adminUrl };
    const { code, out } = await coexist(['exec', '--', 'sh', '-c', 'echo "$COEXIST_EWS_URL_CONTOSO"'], { cwd: folder, environment });
    expect([code, out]).toEqual([0, `${endpoints().organizations['contoso']?.ews}\n`]);
  });

  test('down ends it and waits for that', async () => {
    const pid = Number(json(up)['pid']);
    expect(json(await cli('down', '--json'))).toEqual({ stopped: pid });
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(folder, '.coexist', 'endpoints.json'))).toBe(false);
    expect((await cli('status')).code).not.toBe(0);
    expect(await cli('down')).toMatchObject({ code: 0, out: 'no lab is running\n' });
  });
});

describe('exec', () => {
  test("passes the command's exit code, its standard output and its surroundings", async () => {
    const script = 'echo "$NODE_EXTRA_CA_CERTS|$HTTPS_PROXY|$COEXIST_EWS_URL_CONTOSO_CLOUD|$COEXIST_TENANT_ID"; exit 7';
    const { code, out, err } = await cli('exec', '--', 'sh', '-c', script);
    expect([code, err]).toEqual([7, '']);
    const [ca = '', proxy, ews, tenant] = out.trimEnd().split('|');
    expect([existsSync(ca), proxy, ews, tenant]).toEqual([
      true,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^https:\/\/localhost:\d+\/EWS\/Exchange\.asmx$/),
      '11111111-1111-4111-8111-111111111111',
    ]);
  });

  test('the lab answers while the command runs, to an unmodified client of Node', async () => {
    const script =
      "fetch('https://mail.contoso.test/EWS/Exchange.asmx').then((r) => console.log(r.status, r.headers.get('www-authenticate')))";
    const { code, out, err } = await cli('exec', '--', process.execPath, '-e', script);
    expect([code, out, err]).toEqual([
      0,
      expect.stringMatching(/^401 Bearer client_id=.*, Negotiate, NTLM, Basic realm="mail\.contoso\.test"\n$/),
      '',
    ]);
  });
});
