import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CoexistContainer, type StartedCoexistContainer } from '../../docker/testcontainers/container.ts';
import { basic, envelope } from '../support/soap.ts';
import { clientImage, image } from './engine.ts';

const scripts = join(import.meta.dirname, '../clients/exchangelib');
const traces = mkdtempSync(join(tmpdir(), 'coexist-traces-'));
let network: StartedNetwork;
let lab: StartedCoexistContainer;

beforeAll(async () => {
  network = await new Network().start();
  lab = await new CoexistContainer(image).withNetwork(network).withTrace('on', traces).start();
});
afterAll(async () => {
  await lab?.stop();
  await network?.stop();
  rmSync(traces, { recursive: true, force: true });
});

/** A POST, certificates checked against the lab's authority. */
async function post(url: string, body: string, user?: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'text/xml; charset=utf-8', ...(user === undefined ? {} : { authorization: basic(user, 'Pa55word!') }) };
  const sent = https.request(url, { method: 'POST', ca: lab.getCaPem(), headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, text };
}

const inbox = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);

describe('from this machine', () => {
  test.each([
    ['contoso', 'CONTOSO\\mary'],
    ['contoso-cloud', 'joe@contoso.test'],
    ['fabrikam', 'FABRIKAM\\pat'],
  ])('EWS of %s answers at its published port, with a certificate for it', async (organization, user) => {
    expect(lab.getEwsUrl(organization)).toMatch(/^https:\/\/localhost:\d+\/EWS\/Exchange\.asmx$/);
    const { status, text } = await post(lab.getEwsUrl(organization), inbox, user);
    expect([status, /<t:DisplayName>(.*?)</.exec(text)?.[1]]).toEqual([200, 'Inbox']);
  });

  test('the addresses that Autodiscover gives lead back here', async () => {
    const asked = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
      <EMailAddress>mary@contoso.test</EMailAddress>
      <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
      </Request></Autodiscover>`;
    const { text } = await post(lab.getAutodiscoverUrl('contoso'), asked, 'CONTOSO\\mary');
    expect([...(/<EwsUrl>(.*?)<\/EwsUrl>/.exec(text) ?? [])].slice(1).map((url) => url.toLowerCase())).toEqual([
      lab.getEwsUrl('contoso').toLowerCase(),
    ]);
  });

  test('a token is fetched where it says', async () => {
    const { clients = [] } = lab.getEndpoints().organizations['contoso-cloud'] ?? {};
    const daemon = clients.find(({ name }) => name === 'daemon');
    const form = new URLSearchParams({
      ...{ grant_type: 'client_credentials', scope: 'https://outlook.office365.test/.default' },
      ...{ client_id: daemon?.clientId ?? '', client_secret: daemon?.clientSecret ?? '' },
    });
    const sent = https.request(lab.getTokenUrl('contoso-cloud'), {
      ...{ method: 'POST', ca: lab.getCaPem(), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    });
    sent.end(form.toString());
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    expect(JSON.parse(text)).toMatchObject({ token_type: 'Bearer' });
    expect(() => lab.getAuthority('contoso')).toThrow('contoso is no organisation in the cloud');
    expect(() => lab.getEwsUrl('nobody')).toThrow('the world has no organisation nobody');
  });

  test.each(['contoso', 'contoso-cloud', 'fabrikam'])('SMTP of %s greets', async (organization) => {
    const socket = connect(lab.getSmtp(organization));
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(greeting.toString()).toMatch(/^220 /);
  });

  test('every virtual host has an address', () => {
    expect(lab.getHostMap()).toMatchObject({
      'mail.contoso.test': lab.getEwsUrl('contoso').split('/')[2],
      'outlook.office365.com': lab.getEwsUrl('contoso-cloud').split('/')[2],
    });
  });

  test('the control port wants the token, and reset puts the world back', async () => {
    expect((await fetch(`${lab.getAdminUrl()}/_coexist/info`)).status).toBe(401);
    const client = lab.client();
    await client.send('POST', '/_coexist/v1/clock/freeze', { at: '2030-01-01T00:00:00Z' });
    expect(await client.get('/_coexist/v1/clock')).toMatchObject({ mode: 'frozen' });
    await lab.reset();
    expect(await client.get('/_coexist/v1/clock')).toMatchObject({ mode: 'real' });
  });
});

describe('from another container, which knows no address but the names and trusts the authority', () => {
  let client: StartedTestContainer;
  beforeAll(async () => {
    const files = ['inbox.py', 'oauth.py', 'mailbox.py'].map((name) => ({ source: join(scripts, name), target: `/clients/${name}` }));
    // The name server is for what an address's domain says in DNS; connections go by the network's own names.
    const endpoints = { ...lab.getEndpoints(), dns: `${lab.getIpAddress(network.getName())}:53` };
    client = await new GenericContainer(clientImage)
      .withNetwork(network)
      .withCommand(['sleep', '600'])
      .withEnvironment({ REQUESTS_CA_BUNDLE: '/clients/ca.pem', COEXIST_ENDPOINTS: '/clients/endpoints.json' })
      .withCopyFilesToContainer(files)
      .withCopyContentToContainer([
        { content: lab.getCaPem(), target: '/clients/ca.pem' },
        { content: JSON.stringify(endpoints), target: '/clients/endpoints.json' },
      ])
      .start();
  });
  afterAll(async () => {
    await client?.stop({ timeout: 0 });
  });

  test.each([
    ['https://mail.contoso.test/EWS/Exchange.asmx', 'mary@contoso.test', 'CONTOSO\\mary'],
    ['https://outlook.office365.test/EWS/Exchange.asmx', 'joe@contoso.test', 'joe@contoso.test'],
    ['https://outlook.office365.com/EWS/Exchange.asmx', 'joe@contoso.test', 'joe@contoso.test'],
  ])('exchangelib opens a mailbox at %s', async (endpoint, mail, user) => {
    await lab.reset();
    const { output, exitCode } = await client.exec(['python3', '/clients/inbox.py', endpoint, mail, user, 'Pa55word!']);
    expect([exitCode, output]).toMatchObject([0, expect.stringContaining('"inbox": "Inbox"')]);
  });

  test('exchangelib, to which the names of the cloud are built in, gets its token and opens a mailbox', async () => {
    const { output, exitCode } = await client.exec(['python3', '/clients/oauth.py', 'application']);
    expect([exitCode, output]).toMatchObject([0, expect.stringContaining('"items": 5')]);
  });

  test('exchangelib finds its way from an address', async () => {
    const { output, exitCode } = await client.exec(['python3', '/clients/mailbox.py']);
    const checks = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as { ok: boolean }] : []));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect([exitCode, output.slice(-2000)]).toMatchObject([0, expect.any(String)]);
    expect(checks.length).toBeGreaterThanOrEqual(33);
  });

  test('without the authority nothing is believed', async () => {
    const { output, exitCode } = await client.exec(
      ['python3', '/clients/inbox.py', 'https://mail.contoso.test/EWS/Exchange.asmx', 'mary@contoso.test', 'CONTOSO\\mary', 'Pa55word!'],
      { env: { REQUESTS_CA_BUNDLE: '' } },
    );
    expect([exitCode, output]).toMatchObject([1, expect.stringContaining('CERTIFICATE_VERIFY_FAILED')]);
  });
});

test('a world of its own, broken and faulty from the start, whose traces are there when it has stopped', async () => {
  const folder = join(traces, 'own');
  const own = await new CoexistContainer(image)
    .withWorld({ version: 1, extends: 'contoso-hybrid' })
    .withEra('2016')
    .withClock('frozen@2026-11-01T09:00Z')
    .withBroken('orgrel-fb-disabled')
    .withFaults({ seam: 'http.request', match: { svc: 'ews' }, effect: { kind: 'status', status: 503 }, times: 1 })
    .withTrace('on', folder)
    .start();
  const client = own.client();
  expect(await client.get('/_coexist/v1/clock')).toMatchObject({ mode: 'frozen', now: '2026-11-01T09:00:00.000Z' });
  expect(await client.get('/_coexist/v1/eras')).toMatchObject({ eras: { 'contoso-cloud': { era: '2016' } } });
  expect(JSON.stringify(await client.get('/_coexist/v1/topology'))).toContain('orgrel-fb-disabled');
  const ask = async (): Promise<number> => {
    const sent = https.request(own.getEwsUrl('contoso'), {
      ...{ method: 'POST', ca: own.getCaPem(), agent: false },
      headers: { 'content-type': 'text/xml', authorization: basic('CONTOSO\\mary', 'Pa55word!') },
    });
    sent.end(inbox);
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  };
  expect([await ask(), await ask()]).toEqual([503, 200]);
  await own.stop();
  const listed = JSON.parse(readFileSync(join(folder, 'traces.json'), 'utf8')) as { traceId: string }[];
  expect(listed.length).toBeGreaterThanOrEqual(2);
  expect(readdirSync(folder).length).toBe(listed.length + 1);
});

test('a world that could not start says why before any container does', async () => {
  const wrong = new CoexistContainer(image).withWorld({ version: 1, extends: 'contoso-hybrid', organisations: {} });
  await expect(wrong.start()).rejects.toThrow(/organizations/);
  expect(existsSync(join(traces, 'none'))).toBe(false);
});

test('after a restart the addresses are right again', async () => {
  const own = await new CoexistContainer(image).withServices('frontend', 'ews', 'azure-auth').start();
  try {
    await own.restart();
    expect(own.getEndpoints().organizations['contoso']?.ews).toBe(own.getEwsUrl('contoso'));
    expect((await fetch(`${own.getAdminUrl()}/readyz`)).status).toBe(200);
  } finally {
    await own.stop();
  }
});
