import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeEndpoints } from '../../../services/admin/endpoints.ts';
import { absentPid, startFakeLab } from '../../wire/admin/lab.ts';
import { surround } from './surrounding.ts';

const verbs = [
  'up',
  'down',
  'status',
  'ready',
  'env',
  'exec',
  'record',
  'logs',
  'clock',
  'cmdlet',
  'move',
  'trace',
  'token',
  'keys',
  'requests',
  'cert',
  'doctor',
  'init',
  'config',
  'list',
  'topology',
  'lab',
  'fault',
  'state',
];
const here = surround();

function record(facts: { org?: string; op?: string; accepted?: boolean; status?: number }): string {
  const exchange = here.lab.journal.open({
    ...{ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'mail.contoso.test', at: 0 },
    organization: facts.org ?? 'contoso',
  });
  exchange.note({ operation: facts.op ?? 'GetFolder', status: facts.status ?? 200 });
  if (facts.accepted !== undefined) exchange.judged({ accepted: facts.accepted, checks: [] });
  exchange.close(facts.accepted === false ? 'refused' : 'answered', 1);
  return exchange.traceId;
}

describe('help', () => {
  test('every verb is listed, and has its examples', async () => {
    const { code, out } = await here.coexist(['--help']);
    expect(code).toBe(0);
    for (const verb of verbs) {
      expect(out).toMatch(new RegExp(`^  ${verb}[ |]`, 'm'));
      const help = await here.coexist([verb, '--help']);
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toMatch(new RegExp(`Examples:\n(  .+\n)*  .*coexist ${verb}`));
    }
    expect((await here.coexist(['up', '--help'])).out).toMatch(/-p, --port-base <port> .*COEXIST_PORT_BASE/);
    expect((await here.coexist(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [[], /Usage: coexist/],
    [['upp'], /unknown command 'upp'/],
    [['statsu'], /Did you mean status\?/],
    [['status', '--jsno'], /unknown option '--jsno'/],
    [['status', 'extra'], /too many arguments/],
    [['clock'], /Usage: coexist clock/],
    [['clock', 'set'], /missing required argument 'time'/],
    [['clock', 'set', 'noon'], /"noon" is not a time/],
    [['clock', 'skew', 'contoso', 'six'], /"six" is not a duration/],
    [['cmdlet'], /missing required argument 'line'/],
    [['cmdlet', 'Get-Thing', '-Identity', 'x'], /unknown option|too many arguments/],
    [['env', '--shell', 'fish'], /Allowed choices are sh, pwsh, dotenv, github/],
    [['logs', '--grep', '('], /Invalid regular expression/],
    [['ready', '--wait', 'long'], /"long" is not a duration/],
    [['status', '--admin-url', 'ftp://x'], /is not the address of a control port/],
    [['status', '--admin-url', 'http://127.0.0.1:1/x'], /is not the address of a control port/],
    [['up', '--prot-base', '1'], /unknown flag --prot-base \(did you mean "--port-base"\?\)/],
    [['exec'], /exec needs a command/],
    [['exec', '--seed', '1', 'true'], /exec needs a command/],
    [['exec', '--seed', '1', '--', 'true'], /flags would start another one/],
    [['trace', 'show', 'xyz'], /is not a trace id/],
    [['trace', 'ls', '--verdict', 'maybe'], /Allowed choices/],
    [['logs', '--since', 'noon'], /"noon" is neither a time/],
  ])('%j is bad usage', async (argv, message) => {
    const { code, out, err } = await here.coexist(argv);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/\n {4}at /);
  });
});

describe('with a lab', () => {
  test('status', async () => {
    const { code, out } = await here.coexist(['status']);
    expect(code).toBe(0);
    expect(out).toContain(
      `coexist 0.1.0 running: world contoso-hybrid, era 2019, clock real 2026-11-01T09:00:00.000Z, process ${absentPid}\n`,
    );
    expect(out).toMatch(/^ews +running +0 +https:\/\/localhost:4443\/EWS\/Exchange\.asmx$/m);
    expect(out).toMatch(/^contoso +on-premises +https:\/\/localhost:4443\/EWS\/Exchange\.asmx +-$/m);
    expect(JSON.parse((await here.coexist(['status', '--json'])).out)).toMatchObject({
      health: { status: 'running' },
      info: { pid: absentPid },
    });
  });

  test('ready, and not yet', async () => {
    expect(await here.coexist(['ready'])).toEqual({ code: 0, out: `ready  admin ${here.lab.url}\n`, err: '' });
    here.lab.pending = ['seed'];
    expect(await here.coexist(['ready'])).toMatchObject({ code: 1, err: expect.stringContaining('is starting (seed)') });
    expect(await here.coexist(['ready', '--wait', '10ms'])).toMatchObject({ code: 4, err: expect.stringContaining('waited 10 ms') });
    const waiting = here.coexist(['ready', '--wait', '1m', '--json']);
    setImmediate(() => {
      here.lab.pending = [];
    });
    expect(JSON.parse((await waiting).out)).toEqual({ ready: true, admin: here.lab.url });
  });

  test('env, with the CA of a lab elsewhere fetched', async () => {
    const caFile = join(here.workingDir, '.coexist', 'fetched-ca.pem');
    const { code, out } = await here.coexist(['env', '--shell', 'github']);
    expect(code).toBe(0);
    expect(out).toContain(`COEXIST_ADMIN_URL=${here.lab.url}\n`);
    expect(out).toContain(`NODE_EXTRA_CA_CERTS=${caFile}\n`);
    expect(readFileSync(caFile, 'utf8')).toBe('-----BEGIN CERTIFICATE-----\n');
    expect(JSON.parse((await here.coexist(['env', '--json'])).out)).toMatchObject({
      COEXIST_EWS_URL_CONTOSO: 'https://localhost:4443/EWS/Exchange.asmx',
    });
  });

  test('clock', async () => {
    expect((await here.coexist(['clock', 'now'])).out).toBe('2026-11-01T09:00:00.000Z  real\n');
    expect((await here.coexist(['clock', 'freeze', '2026-11-02T00:00Z'])).out).toBe(
      '2026-11-02T00:00:00.000Z  frozen\n  fired retry, due 2026-11-01T09:00:00.001Z\n',
    );
    expect((await here.coexist(['clock', 'advance', '61m'])).out).toMatch(/^2026-11-02T01:01:00\.000Z/);
    expect((await here.coexist(['clock', 'skew', 'contoso', '-6m'])).out).toMatch(
      /^2026-11-02T01:01:00\.000Z {2}offset {2}contoso -360 s\n/,
    );
    expect((await here.coexist(['clock', 'set', '2026-01-01T00:00Z'])).out).toMatch(/^2026-01-01/);
    expect(JSON.parse((await here.coexist(['clock', 'resume', '--json'])).out)).toMatchObject({ mode: 'real', status: 'ready' });
    expect(await here.coexist(['clock', 'skew', 'nowhere', '1m'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no organization nowhere'),
    });
    expect(await here.coexist(['clock', 'advance', '-5m'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('time only advances forth'),
    });
  });

  test('cmdlet shows objects as a list, and nothing for nothing', async () => {
    expect(await here.coexist(['cmdlet', 'Get-Thing x', '--org', 'contoso', '--as', 'mary'])).toEqual({
      code: 0,
      out: [
        'Name                : EWS (Default Web Site)',
        'BasicAuthentication : True',
        'Url                 :',
        '',
        'Name    : Two',
        '          lines',
        'Methods : {Basic, Ntlm}',
        'More    : {"size":1}',
        '',
      ].join('\n'),
      err: '',
    });
    // The fake world has one organization: it need not be named.
    expect(await here.coexist(['cmdlet', 'Set-Thing x -Flag $false'])).toEqual({ code: 0, out: '', err: '' });
    expect(here.lab.calls).toEqual(['mary: Get-Thing x', 'administrator: Set-Thing x -Flag $false']);
    expect(JSON.parse((await here.coexist(['cmdlet', 'Get-Thing', '--json'])).out)).toMatchObject({
      objects: [{ BasicAuthentication: true, Url: null }, { Methods: ['Basic', 'Ntlm'] }],
    });
  });

  test.each([
    [
      '| ft Name, Methods, Nothing',
      [
        'Name                   Methods       Nothing',
        '----                   -------       -------',
        'EWS (Default Web Site)',
        'Two lines              {Basic, Ntlm}',
      ],
    ],
    ['| fl Name, Url', ['Name : EWS (Default Web Site)', 'Url  :', '', 'Name : Two', '       lines', 'Url  :']],
    ['| values', ['EWS (Default Web Site)', 'True', '', 'Two', 'lines', '{Basic, Ntlm}', '{"size":1}']],
  ])('cmdlet shows objects as the line wants: %s', async (rest, lines) => {
    const { code, out } = await here.coexist(['cmdlet', `Get-Thing ${rest}`]);
    expect([code, out.split('\n')]).toEqual([0, [...lines, '']]);
    const json: unknown = JSON.parse((await here.coexist(['cmdlet', `Get-Thing ${rest}`, '--json'])).out);
    expect(json).toMatchObject({ objects: [{ BasicAuthentication: true, Url: null }, { Methods: ['Basic', 'Ntlm'] }] });
  });

  test('cmdlet warns beside its objects', async () => {
    expect(await here.coexist(['cmdlet', 'New-Thing x'])).toEqual({ code: 0, out: '', err: 'WARNING: Mind the gap.\n' });
    const { out } = await here.coexist(['cmdlet', 'New-Thing x', '--json']);
    expect(JSON.parse(out)).toMatchObject({ objects: [], warnings: ['Mind the gap.'] });
    expect(await here.coexist(['cmdlet', 'Set-Thing x -WhatIf'])).toEqual({ code: 0, out: 'What if: so.\n', err: '' });
  });

  test('cmdlet ends with 1 and the text of the shell when it is refused', async () => {
    const refused = { code: 1, out: '', err: 'coexist: no organisation nowhere\n' };
    expect(await here.coexist(['cmdlet', 'Get-Thing', '--org', 'nowhere'])).toEqual(refused);
  });

  test('logs', async () => {
    expect(await here.coexist(['logs'])).toMatchObject({ code: 0, out: '' });
    record({ status: 200 });
    record({ org: 'fabrikam', op: 'FindItem', status: 401, accepted: false });
    const { out } = await here.coexist(['logs']);
    expect(out).toMatch(
      /^00:00:00\.000 EWS contoso\.GetFolder => 200 [\d.]+ ms {2}trace [0-9a-f]{12}\n00:00:00\.000 EWS fabrikam\.FindItem => 401 .*\n$/,
    );
    expect((await here.coexist(['logs', '--org', 'fabrikam'])).out.split('\n')).toHaveLength(2);
    expect((await here.coexist(['logs', '--grep', '=> 4\\d\\d'])).out).toBe(out.split('\n').slice(1).join('\n'));
    expect((await here.coexist(['logs', '-n', '1', '--json'])).out).toMatch(/^\{.*"organization":"fabrikam".*\}\n$/);
    expect(await here.coexist(['logs', '--grep', 'nothing'])).toMatchObject({ code: 5, out: '' });
    expect(await here.coexist(['logs', '--svc', 'proxy'])).toMatchObject({ code: 5 });
  });

  test('logs -f goes on until the lab ends', async () => {
    record({ op: 'First' });
    let out = '';
    const following = here.coexist(['logs', '-f', '--svc', 'ews'], {
      print: (text) => {
        out += text;
      },
    });
    await expect.poll(() => out).toContain('First');
    record({ op: 'Second' });
    await expect.poll(() => out).toMatch(/First.*\n.*Second.*\n/);
    await here.lab.close();
    expect(await following).toMatchObject({ code: 0 });
    expect(out.split('\n')).toHaveLength(3);
  });

  test('trace ls and show', async () => {
    expect(await here.coexist(['trace', 'ls'])).toMatchObject({ code: 5, out: '' });
    const traceId = record({ accepted: false, status: 401 });
    record({ org: 'fabrikam' });
    expect((await here.coexist(['trace', 'ls'])).out.split('\n')).toHaveLength(4);
    const { out } = await here.coexist(['trace', 'ls', '--verdict', 'refused', '--org', 'contoso']);
    expect(out).toMatch(
      new RegExp(
        `^trace .*\n${traceId.slice(0, 12)}  1970-01-01T00:00:00\\.000Z  1 +contoso +GetFolder +- +401 +- +refused +refused +[\\d.]+\n$`,
      ),
    );
    expect((await here.coexist(['trace', 'show', traceId.slice(0, 8)])).out).toContain(
      `trace ${traceId}\n\nclient                contoso/ews\n`,
    );
    expect(JSON.parse((await here.coexist(['trace', 'show', traceId, '--json'])).out)).toMatchObject({
      traceId,
      roots: [{ exchange: { status: 401 } }],
    });
    expect(await here.coexist(['trace', 'show', '00000000'])).toMatchObject({
      code: 5,
      err: expect.stringContaining('No exchange of a trace'),
    });
  });

  test('down waits until the lab no longer answers', async () => {
    here.onShutdown = () => void here.lab.close();
    expect(await here.coexist(['down'])).toEqual({ code: 0, out: `ended process ${absentPid}\n`, err: '' });
    expect(here.lab.calls).toEqual(['shutdown']);
  });

  test('down gives up on a lab that does not end', async () => {
    expect(await here.coexist(['down', '--wait', '50ms'])).toMatchObject({
      code: 4,
      err: expect.stringContaining(`process ${absentPid} has not ended after 50 ms`),
    });
  });

  test('a token is sent from COEXIST_ADMIN_TOKEN or endpoints.json', async () => {
    await here.lab.close();
    here.lab = await startFakeLab({ token: 'a-token-of-some-length', pid: process.pid });
    const environment = { COEXIST_ADMIN_URL: here.lab.url };
    expect(await here.coexist(['status'], { environment })).toMatchObject({ code: 1, err: expect.stringContaining('COEXIST_ADMIN_TOKEN') });
    expect(
      await here.coexist(['status'], { environment: { ...environment, COEXIST_ADMIN_TOKEN: 'a-token-of-some-length' } }),
    ).toMatchObject({
      code: 0,
    });
    writeEndpoints(join(here.workingDir, '.coexist', 'endpoints.json'), here.lab.endpoints());
    expect(await here.coexist(['status'], { environment: {} })).toMatchObject({ code: 0 });
  });
});
