import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { tokenDefects } from '../../../shared/bridges/authority/defects/index.ts';
import { type Control, controlOf } from '../../support/control.ts';
import { frozenAt, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from './ask.ts';

let lab: TestLab;
let control: Control;
const now = Date.parse('2026-11-20T12:00:00Z');
beforeAll(async () => {
  lab = await openTestLab(frozenAt(now));
  control = controlOf(lab);
});
afterAll(() => lab.close());

const joe = { kind: 'user', organization: 'contoso-cloud', user: 'joe@contoso.test' } as const;
const refused = (path: string, body: object) => ask(lab.endpoints.adminUrl, 'POST', `/_coexist/v1${path}`, body);

describe('mint', () => {
  test('makes what the authentication service would issue', async () => {
    const { decoded, ...rest } = await control.mint(joe);
    expect(Object.keys(rest)).toEqual(['token', 'at']);
    expect(decoded).toMatchObject({
      format: 'jwt',
      header: { alg: 'RS256' },
      signature: 'present',
      claims: { upn: 'joe@contoso.test', scp: expect.stringContaining('EWS.AccessAsUser.All'), aud: 'https://outlook.office365.test' },
      times: { nbf: '2026-11-20T12:00:00.000Z', exp: '2026-11-20T12:59:59.000Z' },
    });
  });

  test('of a call from server to server shows the actor inside', async () => {
    const order = { kind: 's2s-act-as', organization: 'contoso', user: 'mary@contoso.test', resource: 'mail.contoso.test:4443' } as const;
    const { decoded } = await control.mint({ ...order, lifetime: '5m' });
    expect(decoded).toMatchObject({
      signature: 'none',
      claims: { nii: 'urn:office:idp:activedirectory', smtp: 'mary@contoso.test' },
      times: { exp: '2026-11-20T12:05:00.000Z' },
      actor: {
        signature: 'present',
        claims: { aud: expect.stringMatching(/\/mail\.contoso\.test:4443@/) },
        times: { exp: '2026-11-20T12:05:00.000Z' },
      },
    });
    expect(decoded.claims).not.toHaveProperty('actortoken');
  });

  test.each([
    [{ organization: 'nowhere' }, 'unknown-organization', /it has contoso, contoso-cloud, fabrikam$/],
    [{ user: undefined }, 'user-required', /say whom/],
    [{ user: 'ghost@contoso.test' }, 'unknown-user', /no user "ghost@contoso.test"/],
    [{ application: 'nothing' }, 'unknown-application', /it has .*daemon/],
    [{ key: 'AAAA' }, 'unknown-key', /\(active\)/],
    [{ tenant: 'contoso' }, 'no-tenant', /"contoso" is no tenant/],
    [{ organization: 'fabrikam' }, 'no-tenant', /fabrikam trusts no tenant/],
    [{ defect: 'nothing' }, 'unknown-defect', /no defect "nothing"/],
    [{ defect: 'outer-signed' }, 'defect-not-applicable', /of s2s-act-as, not of user/],
    [{ defect: 'upn-unknown' }, 'defect-not-applicable', /on-premises, and contoso-cloud is cloud/],
    [{ kind: 's2s-act-as', defect: 'group-as-user' }, 'nobody-fits', /needs a group/],
    [{ kind: 'assertion', from: 'nowhere' }, 'unknown-organization', /no organisation "nowhere"/],
  ])('refuses %j', async (change, title, detail) => {
    const answer = await refused('/tokens/mint', { ...joe, ...change });
    expect(answer).toMatchObject({ status: 422, body: { title, detail: expect.stringMatching(detail) } });
  });

  test.each([
    [{ kind: 'saml' }],
    [{ organization: 'x'.repeat(257) }],
    [{ resource: 'x'.repeat(1_025) }],
    [{ lifetime: '-5m' }],
    [{ at: 'noon' }],
    [{ colour: 'red' }],
  ])('cannot read %j', async (change) => {
    expect(await refused('/tokens/mint', { ...joe, ...change })).toMatchObject({ status: 400, body: { title: 'Invalid request' } });
  });
});

test('a token is minted for another time, and judged at another time', async () => {
  const { token } = await control.mint({ ...joe, at: '2026-11-01T09:00:00Z' });
  const question = { token, organization: 'contoso-cloud' };
  expect(await control.call('POST', '/tokens/verify', question)).toMatchObject({ accepted: false, code: 'token-expired', status: 401 });
  expect(await control.call('POST', '/tokens/verify', { ...question, at: '2026-11-01T09:30:00Z' })).toMatchObject({
    ...{ accepted: true, diagnostics: null },
    principal: { is: 'user', user: 'joe@contoso.test' },
  });
});

test('verify looks at the host that the request would name, and remembers nothing', async () => {
  await control.cmdlet('contoso', 'Set-OrganizationConfig -StrictTokenReplay $true');
  const { token } = await control.mint({ kind: 's2s-act-as', organization: 'contoso', user: 'mary@contoso.test' });
  const ask = (more: object) => control.call('POST', '/tokens/verify', { token, organization: 'contoso', ...more });
  const published = String(lab.endpoints.hosts['mail.contoso.test']).split(':').at(-1);
  for (const host of ['mail.contoso.test', `mail.contoso.test:${published}`, 'MAIL.CONTOSO.TEST:443', 'localhost:4443', '127.0.0.1']) {
    expect(await ask({ host })).toMatchObject({ accepted: true });
  }
  for (const more of [{ host: 'mail.contoso.test:1' }, { host: 'autodiscover.contoso.test' }, { service: 'Autodiscover' }]) {
    expect(await ask(more)).toMatchObject({ accepted: false, code: 'audience-host-invalid' });
  }
  expect(await refused('/tokens/verify', { token, organization: 'contoso', host: 'no host' })).toMatchObject({ status: 422 });
  expect(await refused('/tokens/verify', { token, organization: 'nowhere' })).toMatchObject({ status: 422 });
  await control.cmdlet('contoso', 'Set-OrganizationConfig -StrictTokenReplay $false');
});

test('each door has permissions of its own', async () => {
  const { token } = await control.mint({ ...joe, application: 'web' });
  const ask = (service: string) => control.call('POST', '/tokens/verify', { token, organization: 'contoso-cloud', service });
  expect([await ask('EWS'), await ask('Autodiscover')]).toMatchObject([{ accepted: true }, { accepted: true }]);
  expect(await ask('SMTP')).toMatchObject({ accepted: false, code: 'scope-insufficient' });
});

test('decode takes anything and judges nothing', async () => {
  const { token } = await control.mint({ ...joe, defect: 'tid-missing' });
  expect(await control.call('POST', '/tokens/decode', { token: ` Bearer ${token}\n` })).toMatchObject({ format: 'jwt' });
  expect(await control.call('POST', '/tokens/decode', { token: 'garbage' })).toMatchObject({ format: 'unreadable' });
  expect(await refused('/tokens/decode', { token: 'x'.repeat(70_000) })).toMatchObject({ status: 400 });
});

test('the catalogue lists each defect once, with what to expect', async () => {
  const { defects } = await control.call('GET', '/tokens/defects');
  expect(defects).toHaveLength(tokenDefects.length);
  expect(new Set(tokenDefects.map(({ slug }) => slug)).size).toBe(tokenDefects.length);
  expect(defects).toContainEqual({
    ...{ slug: 'exp-past', id: 'O-04', title: expect.any(String), kinds: ['s2s-act-as', 's2s-app', 'user', 'app'], place: null },
    expected: { status: 401, code: 'token-expired', check: 'token.lifetime', number: 2_000_002, text: 'The token has expired.' },
  });
  for (const { id, title } of tokenDefects)
    expect([id, title]).toEqual([expect.stringMatching(/^[OA]-\d\d$/), expect.stringMatching(/^\S.{3,}[^.]$/)]);
});

test('keys move from state to state, and not otherwise', async () => {
  const { x5t } = await control.call('POST', '/keys/stage');
  expect(await refused('/keys/activate', { x5t: x5t as string })).toMatchObject({ status: 422, body: { title: 'signing-key-state' } });
  expect(await refused('/keys/publish', { x5t: 'A'.repeat(27) })).toMatchObject({ status: 422, body: { title: 'signing-key-unknown' } });
  expect(await refused('/keys/publish', {})).toMatchObject({ status: 400 });
  expect(await control.call('POST', '/keys/retire', { x5t: x5t as string })).toMatchObject({ state: 'retired' });
});

describe('on the command line', () => {
  async function coexist(line: string, input = '') {
    let [out, err] = ['', ''];
    const code = await runCli(line.split(' '), {
      ...{ workingDir: lab.dataDir, terminal: false, environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl, NO_COLOR: '1' } },
      readInput: () => Promise.resolve(`${input}\n`),
      print: (text) => {
        out += text;
      },
      complain: (text) => {
        err += text;
      },
      start: () => Promise.reject(new Error('not expected to start a lab')),
      mainModule: fileURLToPath(import.meta.url),
    });
    return { code, out, err };
  }

  test('a good token is minted, taken apart and judged', async () => {
    const minted = await coexist('token mint user --org contoso-cloud --as joe@contoso.test');
    expect(minted).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    const decoded = await coexist('token decode -', minted.out);
    expect(decoded).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^header \(signature: present\):\n {2}typ: JWT\n[\s\S]*times:\n/),
    });
    expect(await coexist(`token verify ${minted.out.trim()} --org contoso-cloud`)).toMatchObject({ code: 0, out: 'accepted\n' });
    const json = await coexist('token explain - --org contoso-cloud --json', minted.out);
    expect(JSON.parse(json.out)).toMatchObject({ accepted: true, remedy: null, summary: expect.stringContaining('joe@contoso.test') });
  });

  test('a broken one says on standard error what to expect, and is refused with a remedy', async () => {
    const minted = await coexist('token mint s2s-act-as --org contoso --as mary@contoso.test --defect aud-host-other');
    expect(minted.err).toBe(
      'O-08 The audience names another host than the one that is asked: expect 401 audience-host-invalid, check token.audience-host\n',
    );
    const verified = await coexist('token verify - --org contoso', minted.out);
    expect(verified).toMatchObject({ code: 1, out: expect.stringMatching(/^refused: 401 audience-host-invalid.*\n2000003;reason=".*"/) });
    const explained = await coexist('token explain - --org contoso', minted.out);
    expect(explained).toMatchObject({ code: 1, out: expect.stringMatching(/^EWS of contoso answers 401.*\nremedy: .*\n.*token\.offered/) });
    const twin = await coexist('token mint s2s-act-as --org contoso --as mary@contoso.test --defect aud-host-other --twin');
    expect(await coexist('token verify - --org contoso', twin.out)).toMatchObject({ code: 0 });
  });

  test('the catalogue and the keys are listed', async () => {
    expect((await coexist('token defects')).out).toMatch(/^O-02 {2}empty +The word Bearer alone \(s2s-act-as, s2s-app, user, app\)\n/);
    expect((await coexist('keys')).out).toMatch(/^\S{27} {2}(active|retired) +since 20/m);
    const staged = await coexist('keys stage --json');
    const [{ x5t }] = (JSON.parse(staged.out) as { keys: [{ x5t: string }] }).keys;
    expect(await coexist(`keys publish ${x5t}`)).toMatchObject({ code: 0, out: expect.stringContaining(`${x5t}  published`) });
    expect(await coexist(`keys retire ${x5t}`)).toMatchObject({ code: 0, out: expect.stringContaining(`${x5t}  retired`) });
    expect(await coexist('keys ls --json')).toMatchObject({ code: 0, out: expect.stringContaining(`"${x5t}"`) });
  });

  test.each([
    ['token', /Usage: coexist token/],
    ['token mint saml --org contoso', /saml is no kind of token/],
    ['token mint user', /required option '--org <name>'/],
    ['token mint user --org contoso-cloud --as joe@contoso.test --twin', /--twin needs --defect/],
    ['token mint user --org contoso-cloud', /say whom/],
    ['token mint user --org contoso-cloud --at noon', /"noon" is not a time/],
    ['token verify x', /required option '--org <name>'/],
    ['keys publish', /missing required argument 'x5t'/],
    [`keys publish -${'A'.repeat(26)}`, /^coexist: -A+: there is no such key\n$/],
    ['keys publish x', /is not the x5t of a key/],
  ])('%s is bad usage', async (line, message) => {
    const { code, err } = await coexist(line);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
