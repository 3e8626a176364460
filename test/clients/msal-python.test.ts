import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { uploadCertificate } from '../support/run-cmdlet.ts';
import { testKey } from '../support/test-keys.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { type Outcome, openedBy, runFlows, variablesFor } from './flow-process.ts';

const python = '/usr/bin/python3';
const hasMsal = requireTool('python3 with msal', 'python3-msal', spawnSync(python, ['-c', 'import msal']).status === 0);
const script = join(import.meta.dirname, 'msal-python', 'flows.py');
const dayMs = 86_400_000;

const [joe, mary] = ['joe@contoso.test', 'mary@contoso.test'];
const inCloud = 'https://outlook.office365.com/EWS.AccessAsUser.All openid profile';
const onPremises = 'https://mail.contoso.test/EWS.AccessAsUser.All openid profile';
const rows = {
  secret: { mailbox: joe, told: { kept: true } },
  certificate: { mailbox: joe, told: {} },
  code: { mailbox: joe, told: { user: joe, refresh: true, scope: inCloud } },
  'device code': { mailbox: joe, told: { user: joe, refresh: true, scope: inCloud, waited: true } },
  'refresh token': { mailbox: mary, told: { user: mary, refresh: true, scope: onPremises } },
  silent: { mailbox: joe, told: { user: joe, refresh: true, scope: inCloud, kept: true, another: true } },
  'user name and password': { mailbox: mary, told: { user: mary, refresh: true, scope: onPremises } },
};
const refusals = {
  'refused: secret': { error: 'invalid_client', text: 'AADSTS7000215', codes: [7000215] },
  'refused: resource': { error: 'invalid_resource', text: 'AADSTS500011', codes: [500011] },
  'refused: password': { error: 'invalid_grant', text: 'AADSTS50126', codes: [50126] },
};
/** This version of the library looks the user's realm up at the authority's host without its port. */
const takesPassword = (host: string, flow: string): boolean => host !== 'localhost' || !flow.endsWith('password');
// The `.test` name is none that the library knows: it asks the real one whether that is an authority (instance discovery).
const hosts = ['localhost', 'login.microsoftonline.test', 'login.microsoftonline.com'];

describe.skipIf(!hasMsal)('MSAL for Python as Debian ships it', () => {
  const outcomes = new Map<string, ReadonlyMap<string, Outcome>>();
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
    const { now } = lab.clock.state();
    const life = { notBefore: now - dayMs, notAfter: now + dayMs };
    const { certificate, ...credential } = await issueSelfSigned({ subject: 'CN=daemon', ...life, privateKey: await testKey(1) });
    await uploadCertificate(lab, '22222222-2222-4222-8222-222222222222', certificate);
    await Promise.all(
      hosts.map(async (host) => {
        const flows = [...Object.keys(rows), ...Object.keys(refusals)].filter((flow) => takesPassword(host, flow));
        const place = { ...placeOf(host), ...credential, flows, adminUrl: lab.endpoints.adminUrl, password: lab.password };
        outcomes.set(host, await runFlows([python, script, JSON.stringify(place)], variablesFor(lab, host !== 'localhost')));
      }),
    );
  }, 120_000);
  afterAll(() => lab.close());

  const cases = (flows: object) =>
    hosts.flatMap((host) => Object.keys(flows).flatMap((flow) => (takesPassword(host, flow) ? [[host, flow]] : [])));
  test.each(cases(rows))('at %s: %s', async (host = '', flow = '') => {
    const { mailbox, told } = rows[flow as keyof typeof rows];
    const organization = mailbox === mary ? 'contoso' : 'contoso-cloud';
    const outcome = await openedBy(outcomes.get(host)?.get(flow), lab, { organization, caller: mailbox });
    expect(outcome).toEqual({ token_type: 'Bearer', expires_in: 3599, user: null, refresh: false, ...told });
  });

  test.each(cases(refusals))('at %s: %s', (host = '', flow = '') => {
    expect(outcomes.get(host)?.get(flow)).toEqual(refusals[flow as keyof typeof refusals]);
  });

  test('an authority that is none of ours is refused', async () => {
    const place = { ...placeOf('mail.contoso.test'), flows: ['refused: secret'] };
    const told = await runFlows([python, script, JSON.stringify(place)], variablesFor(lab, true));
    expect(told.get('refused: secret')).toMatchObject({ failure: expect.stringContaining('ValueError: invalid_instance') });
  });

  /** Where the library finds the lab: the address in endpoints.json without the proxy, every other name with it. */
  function placeOf(host: string): object {
    const { organizations } = lab.endpoints;
    const own = organizations['contoso-cloud'];
    if (host === 'localhost')
      return { authority: own?.authority, validate: false, cloud: own?.ews, premises: organizations['contoso']?.ews };
    const [cloud, premises] = ['outlook.office365.com', 'mail.contoso.test'].map((name) => `https://${name}/EWS/Exchange.asmx`);
    return { authority: `https://${host}/${own?.tenantId}`, validate: true, cloud, premises };
  }
});
