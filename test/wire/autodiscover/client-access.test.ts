import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { envelope, operationBody, poxRequest, soapHeader } from './requests.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const mary = 'mary@contoso.test';
const run = (line: string) => runCmdlet(lab, 'contoso', line);

function post(path: string, body: string): Promise<HttpAnswer> {
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(mary, lab.password) };
  return lab.https(`https://autodiscover.contoso.test/autodiscover/${path}`, { method: 'POST', headers, body });
}

/** The values of elements of a name in one Protocol of plain XML. */
async function pox(type: string, name: string): Promise<readonly string[]> {
  const { body } = await post('autodiscover.xml', poxRequest(mary));
  const protocol = body.split('<Protocol>').find((part) => part.startsWith(`<Type>${type}</Type>`)) ?? '';
  return [...protocol.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value ?? '');
}

async function userSettings(...names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const users = `<Users><User><Mailbox>${mary}</Mailbox></User></Users>`;
  const wanted = names.map((name) => `<Setting>${name}</Setting>`).join('');
  const content = `${users}<RequestedSettings>${wanted}</RequestedSettings>`;
  const { body } = await post('autodiscover.svc', envelope(operationBody('GetUserSettings', content), soapHeader('GetUserSettings')));
  const told = body.matchAll(/<(?:\w+:)?UserSetting [^>]*><(?:\w+:)?Name>(.*?)<.*?<(?:\w+:)?Value>(.*?)</g);
  const errors = body.matchAll(/<(?:\w+:)?ErrorCode>(\w+)<[^>]*><(?:\w+:)?ErrorMessage>[^<]*<[^>]*><(?:\w+:)?SettingName>(.*?)</g);
  return Object.fromEntries([...[...told].map(([, name, value]) => [name, value]), ...[...errors].map(([, code, name]) => [name, code])]);
}

test('what is set inside and outside is what both protocols tell', async () => {
  await run(
    'Set-WebServicesVirtualDirectory EWS* -InternalUrl https://mbx1.contoso.test/EWS/Exchange.asmx -ExternalUrl https://nlb.contoso.test/EWS/Exchange.asmx',
  );
  await run('Set-OabVirtualDirectory OAB* -InternalURL https://nlb.contoso.test/OAB -ExternalUrl $null');
  await run('Set-EcpVirtualDirectory ecp* -ExternalUrl $null');
  expect(await pox('EXCH', 'EwsUrl')).toEqual(['https://mbx1.contoso.test/EWS/Exchange.asmx']);
  expect(await pox('EXPR', 'EwsUrl')).toEqual(['https://nlb.contoso.test/EWS/Exchange.asmx']);
  expect(await pox('EXPR', 'ASUrl')).toEqual(['https://nlb.contoso.test/EWS/Exchange.asmx']);
  expect(await pox('EXCH', 'OABUrl')).toEqual([expect.stringMatching(/^https:\/\/nlb\.contoso\.test\/OAB\/[0-9a-f-]{36}\/$/)]);
  expect(await pox('EXPR', 'OABUrl')).toEqual([]);
  expect([await pox('EXCH', 'EcpUrl'), await pox('EXPR', 'EcpUrl')]).toEqual([['https://mail.contoso.test/ecp/'], []]);
  expect(await userSettings('InternalEwsUrl', 'ExternalEwsUrl', 'InternalOABUrl', 'ExternalOABUrl', 'ExternalEcpUrl')).toEqual({
    InternalEwsUrl: 'https://mbx1.contoso.test/EWS/Exchange.asmx',
    ExternalEwsUrl: 'https://nlb.contoso.test/EWS/Exchange.asmx',
    InternalOABUrl: expect.stringMatching(/^https:\/\/nlb\.contoso\.test\/OAB\//),
    ExternalOABUrl: 'SettingIsNotAvailable',
    ExternalEcpUrl: 'SettingIsNotAvailable',
  });
});

test('without an ExternalUrl the setting is missing, in every protocol', async () => {
  await run('Set-WebServicesVirtualDirectory EWS* -InternalUrl $null -ExternalUrl $null');
  expect(await pox('EXPR', 'EwsUrl')).toEqual([]);
  expect(await userSettings('ExternalEwsUrl', 'UserDisplayName')).toMatchObject({ ExternalEwsUrl: 'SettingIsNotAvailable' });
  const json = `/autodiscover/autodiscover.json/v1.0/${mary}?Protocol=EWS`;
  const { status, body } = await lab.https(`https://autodiscover.contoso.test${json}`);
  expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ ErrorCode: 'ProtocolNotSupported' })]);
});

test('v2 knows Exchange ActiveSync once it has an address', async () => {
  await run('Set-ActiveSyncVirtualDirectory Microsoft* -ExternalUrl https://mail.contoso.test/Microsoft-Server-ActiveSync');
  const json = `/autodiscover/autodiscover.json/v1.0/${mary}?Protocol=ActiveSync`;
  const { body } = await lab.https(`https://autodiscover.contoso.test${json}`);
  expect(JSON.parse(body)).toEqual({
    Protocol: 'ActiveSync',
    Url: expect.stringMatching(/\/\/mail\.contoso\.test\b.*\/Microsoft-Server-ActiveSync$/),
  });
});

test('Outlook Anywhere: by name, by its way to sign in, and not at all', async () => {
  await run('Enable-OutlookAnywhere -ExternalHostname nlb.contoso.test -ClientAuthenticationMethod NTLM');
  expect([await pox('EXPR', 'Server'), await pox('EXPR', 'AuthPackage')]).toEqual([['nlb.contoso.test'], ['Ntlm']]);
  await run('Disable-OutlookAnywhere -Server EX-SE-01');
  expect([await pox('EXPR', 'Server'), await pox('EXCH', 'EwsUrl')]).toEqual([[], []]);
  expect(await userSettings('ExternalMailboxServer')).toEqual({ ExternalMailboxServer: 'SettingIsNotAvailable' });
});

test('a server that is out of service says so to load balancers', async () => {
  const page = 'https://mail.contoso.test/EWS/healthcheck.htm';
  expect(await lab.https(page)).toMatchObject({ status: 200, body: '200 OK<br/>EX-SE-01.contoso.test' });
  await run('Set-ClientAccessServer EX-SE-01 -IsOutOfService $true');
  expect(await lab.https(page)).toMatchObject({ status: 503, body: '' });
  await run('Set-ClientAccessServer EX-SE-01 -IsOutOfService $false');
  expect((await lab.https(page)).status).toBe(200);
});
