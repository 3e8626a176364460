import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellAppId } from '../../../shared/domain/trust/well-known.ts';
import { basic } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openTokenMint, type TokenMint } from '../../support/tokens.ts';

const host = 'outlook.office365.test';
const administrator = 'administrator@contoso.test';
let lab: TestLab;
let mint: TokenMint;
beforeAll(async () => {
  lab = await openTestLab();
  mint = await openTokenMint(lab.store, () => lab.clock.state().now);
});
afterAll(() => lab.close());

const tokenOf = (mail = administrator, scopes = ['Exchange.Manage']): Promise<string> => mint.user(mail, { scopes });

interface Asking {
  readonly authorization?: string;
  readonly path?: string;
  readonly on?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(body: unknown, { authorization, path, on = host, method = 'POST', headers = {} }: Asking = {}): Promise<HttpAnswer> {
  return lab.https(`https://${on}${path ?? `/adminapi/beta/${mint.tenantId}/InvokeCommand`}`, {
    method,
    headers: { authorization: authorization ?? (await tokenOf()), 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

const cmdlet = (CmdletName: string, Parameters: object = {}): object => ({ CmdletInput: { CmdletName, Parameters } });
const json = ({ body }: HttpAnswer) => JSON.parse(body) as Record<string, unknown>;

test('with a token of the authentication service, as somebody without this lab would', async () => {
  const form = new URLSearchParams({
    ...{ grant_type: 'password', client_id: shellAppId, username: administrator, password: lab.password },
    scope: 'https://outlook.office365.com/RemotePowerShell.AccessAsUser.All',
  });
  const answer = await lab.https(`https://login.microsoftonline.test/${mint.tenantId}/oauth2/v2.0/token`, {
    ...{ method: 'POST', body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  });
  const authorization = `Bearer ${String(json(answer)['access_token'])}`;
  const got = await ask(cmdlet('Get-Mailbox', { Identity: 'joe' }), {
    authorization,
    path: '/AdminApi/beta/contoso.onmicrosoft.test/invokecommand',
  });
  expect(got).toMatchObject({
    status: 200,
    headers: { 'content-type': expect.stringMatching(/^application\/json; odata\.metadata="minimal"/) },
  });
  expect(json(got)).toMatchObject({
    '@odata.context': `https://${host}/adminapi/beta/contoso.onmicrosoft.test/$metadata#Collection(Exchange.GenericHashTable)`,
    'adminapi.warnings@odata.type': '#Collection(String)',
    '@adminapi.warnings': [],
    value: [{ PrimarySmtpAddress: 'joe@contoso.test' }],
  });
  expect(await lab.exchangeOf(got)).toMatchObject({
    ...{ service: 'admin-api', operation: 'Get-Mailbox', caller: expect.any(String), code: 'NoError', outcome: 'answered' },
  });
});

test('cmdlets change what others see; hash tables, lists and switches', async () => {
  const made = await ask(cmdlet('New-OrganizationRelationship', { Name: 'Alpha', DomainNames: ['one.test', 'two.test'], Enabled: true }));
  expect([made.status, json(made)]).toMatchObject([200, { value: [{ Name: 'Alpha', DomainNames: ['one.test', 'two.test'] }] }]);
  const change = { '@odata.type': '#Exchange.GenericHashTable', Add: ['three.test'], Remove: 'one.test' };
  const changed = await ask(cmdlet('Set-OrganizationRelationship', { Identity: 'Alpha', DomainNames: change, Confirm: false }));
  expect([changed.status, json(changed)['value']]).toEqual([200, []]);
  const narrowed = await ask(cmdlet('Get-OrganizationRelationship', { Identity: 'Alpha' }), {
    path: `/adminapi/beta/${mint.tenantId}/InvokeCommand?%24select=name,DomainNames,Nothing`,
  });
  expect(json(narrowed)['value']).toEqual([{ Name: 'Alpha', DomainNames: ['two.test', 'three.test'] }]);
});

const bad = (text: RegExp) => ({
  error: { code: 'BadRequest', innererror: { internalexception: { message: expect.stringMatching(text) } } },
});

test.each<readonly [what: string, input: unknown, status: number, body: object]>([
  [
    'an object that is not there',
    cmdlet('Get-Mailbox', { Identity: 'nobody' }),
    404,
    {
      error: {
        ...{ code: 'NotFound', message: 'Error executing cmdlet' },
        details: [
          {
            code: 'Client',
            target: '',
            message: expect.stringMatching(
              /^Ex6F9304\|Microsoft\.Exchange\.Configuration\.Tasks\.ManagementObjectNotFoundException\|The operation couldn't be performed because object 'nobody' couldn't be found on '/,
            ),
          },
        ],
      },
    },
  ],
  ['a parameter that is not there', cmdlet('Get-Mailbox', { Bogus: 1 }), 400, bad(/parameter name 'Bogus'/)],
  ['a value of another kind', cmdlet('Get-Mailbox', { Identity: { a: { b: 1 } } }), 400, bad(/^The value of -Identity is neither/)],
  ['a cmdlet that is not there', cmdlet('Get-Nothing'), 400, bad(/^The term 'Get-Nothing' is not recognized/)],
  ['a cmdlet on-premises', cmdlet('Get-WebServicesVirtualDirectory'), 400, bad(/does not exist in a cloud organisation/)],
  [
    'a line',
    cmdlet('Get-Mailbox | Remove-Mailbox'),
    400,
    { error: { code: 'BadRequest', message: expect.stringContaining('CmdletName') } },
  ],
  ['no JSON', 'Get-Mailbox', 400, { error: { code: 'BadRequest', message: expect.stringContaining('CmdletInput') } }],
  ['no cmdlet', { CmdletInput: {} }, 400, { error: { code: 'BadRequest' } }],
  ['a list of parameters', { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: ['joe'] } }, 400, { error: { code: 'BadRequest' } }],
])('%s is refused', async (_, input, status, body) => {
  const answer = await ask(input);
  expect([answer.status, json(answer)]).toMatchObject([status, body]);
  expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', status });
});

describe('who may', () => {
  test('a user runs what the user has roles for', async () => {
    const authorization = await tokenOf('joe@contoso.test');
    const refused = await ask(cmdlet('Get-OrganizationRelationship'), { authorization });
    expect([refused.status, json(refused)]).toMatchObject([
      400,
      bad(/'Get-OrganizationRelationship' is not recognized .* joe@contoso\.test has no role/s),
    ]);
    const own = await ask(cmdlet('Get-MailboxCalendarConfiguration', { Identity: 'joe' }), { authorization });
    expect(own.status).toBe(200);
  });

  test('without a token, and with a password, there is the challenge for tokens alone', async () => {
    for (const authorization of ['Bearer', basic(administrator, lab.password)]) {
      const answer = await ask(cmdlet('Get-Mailbox'), { authorization });
      expect([answer.status, answer.body]).toEqual([401, '']);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer client_id="00000002-0000-0ff1-ce00-000000000000"/);
      expect(answer.headers['www-authenticate']).not.toContain('Basic');
    }
  });

  test('a token for EWS is none for cmdlets, and the other way round', async () => {
    const forEws = await ask(cmdlet('Get-Mailbox'), { authorization: await tokenOf(administrator, ['EWS.AccessAsUser.All']) });
    expect([forEws.status, (await lab.exchangeOf(forEws)).verdict?.checks.find(({ outcome }) => outcome === 'failed')]).toMatchObject([
      401,
      { check: 'token.scope', expected: 'RemotePowerShell.AccessAsUser.All or Exchange.Manage' },
    ]);
    const forCmdlets = await lab.https(`https://${host}/EWS/Exchange.asmx`, {
      method: 'POST',
      headers: { authorization: await tokenOf() },
      body: '<a/>',
    });
    expect(forCmdlets.status).toBe(401);
  });

  test('an application has no role of Entra, another tenant has another path', async () => {
    const alone = await ask(cmdlet('Get-Mailbox'), { authorization: await mint.app({ roles: ['Exchange.ManageAsApp'] }) });
    expect([alone.status, json(alone)]).toMatchObject([403, { error: { message: expect.stringContaining('Only users run cmdlets') } }]);
    const elsewhere = await ask(cmdlet('Get-Mailbox'), { path: '/adminapi/beta/fabrikam.test/InvokeCommand' });
    expect([elsewhere.status, json(elsewhere)]).toMatchObject([403, { error: { code: 'Forbidden' } }]);
  });
});

test.each<readonly [what: string, asking: Asking, status: number, text: string]>([
  [
    'the module',
    { method: 'GET', path: '/AdminApi/v1.0/contoso.onmicrosoft.test/EXOModuleFile?Version=3.2.0' },
    501,
    'Connect-ExchangeOnline begins',
  ],
  [
    'the module in beta',
    { method: 'GET', path: '/adminapi/beta/contoso.onmicrosoft.test/EXOModuleFile' },
    501,
    'Connect-ExchangeOnline begins',
  ],
  ['a set of objects', { method: 'GET', path: "/adminapi/beta/contoso.onmicrosoft.test/Mailbox('joe')" }, 501, 'is not simulated'],
  ['the list of all', { method: 'GET', path: '/adminapi/beta/contoso.onmicrosoft.test' }, 501, 'is not simulated'],
  ['CliXml', { headers: { 'X-ResponseFormat': 'clixml' } }, 501, 'ask for json'],
  ['another option', { path: '/adminapi/beta/contoso.onmicrosoft.test/InvokeCommand?$filter=a' }, 400, '$filter is not supported'],
])('%s is refused loudly', async (_, asking, status, text) => {
  const answer = await ask(cmdlet('Get-AcceptedDomain'), asking);
  expect([answer.status, json(answer)]).toMatchObject([status, { error: { message: expect.stringContaining(text) } }]);
});

test('a GET of InvokeCommand is no way, and Exchange on-premises has nothing of this', async () => {
  expect(await ask('', { method: 'GET' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  expect(await ask(cmdlet('Get-Mailbox'), { on: 'mail.contoso.test' })).toMatchObject({ status: 404, body: '' });
});
