import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exchangeAppId, graphAppId } from '../../../shared/domain/trust/well-known.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import {
  byPassword,
  changeUser,
  claimsOf,
  cloud,
  daemon,
  daemonSecret,
  exchangeScope,
  joe,
  openTokenLab,
  publicClient,
  refusalOf,
  type TokenLab,
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

interface Policy {
  readonly Id: string;
}
const shell = (line: string) => runCmdlet<Policy>(lab, cloud, line);
afterEach(async () => {
  for (const { Id } of await shell('Get-MgIdentityConditionalAccessPolicy'))
    await shell(`Remove-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${Id}`);
});

/** A policy about Joe and Exchange; answers its id. */
async function policy(control: 'block' | 'mfa', more = ''): Promise<string> {
  const conditions = `-IncludeUsers ${joe} -IncludeApplications ${exchangeAppId} -BuiltInControls ${control}`;
  const [made] = await shell(`New-MgIdentityConditionalAccessPolicy -DisplayName "a ${control}" -State enabled ${conditions} ${more}`);
  return String(made?.Id);
}

const claimsFor = (id: string): string => `{"access_token":{"capolids":{"essential":true,"values":["${id}"]}}}`;
const grantError = { status: 400, error: 'invalid_grant', check: 'user.conditional-access' };

describe('block', () => {
  test('A-11 by a policy: 53003, the policy in claims; the verdict names it', async () => {
    const id = await policy('block');
    const reply = await lab.v2(byPassword(lab));
    expect(await refusalOf(lab, reply)).toEqual({ ...grantError, codes: [53003] });
    expect(reply.body).toMatchObject({
      claims: claimsFor(id),
      suberror: 'message_only',
      error_description: expect.stringMatching(/^AADSTS53003: Access has been blocked by Conditional Access policies\./),
    });
    const { verdict } = await lab.exchangeOf(reply.answer);
    expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({ actual: "'a block': blocked" });
  });

  test('the good twins: another user, another resource, an application by itself, a policy that is off', async () => {
    const id = await policy('block');
    expect(await lab.v2(byPassword(lab, { username: 'zoe@contoso.test' }))).toMatchObject({ status: 200 });
    expect(await lab.v2(byPassword(lab, { scope: 'User.Read' }))).toMatchObject({ status: 200 });
    const app = { grant_type: 'client_credentials', client_id: daemon, client_secret: daemonSecret };
    expect(await lab.v2({ ...app, scope: 'https://outlook.office365.com/.default' })).toMatchObject({ status: 200 });
    for (const state of ['disabled', 'enabledForReportingButNotEnforced']) {
      await shell(`Update-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${id} -State ${state}`);
      expect(await lab.v2(byPassword(lab))).toMatchObject({ status: 200 });
    }
  });

  test('a refresh token that was got before does not help', async () => {
    const { body } = await lab.v2(byPassword(lab));
    const refresh = { grant_type: 'refresh_token', client_id: publicClient, refresh_token: String(body['refresh_token']) };
    expect(await lab.v2({ ...refresh, scope: exchangeScope })).toMatchObject({ status: 200 });
    await policy('block');
    expect(await refusalOf(lab, await lab.v2({ ...refresh, scope: exchangeScope }))).toEqual({ ...grantError, codes: [53003] });
    expect(await lab.v2({ ...refresh, scope: 'User.Read' })).toMatchObject({ status: 200 });
  });

  test('block outweighs mfa; All means everybody but those who are left out', async () => {
    await policy('mfa');
    const id = await policy('block', '-ExcludeUsers zoe@contoso.test');
    await shell(`Update-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${id} -IncludeUsers All -IncludeApplications All`);
    expect((await refusalOf(lab, await lab.v2(byPassword(lab)))).codes).toEqual([53003]);
    const graph = await lab.v2(byPassword(lab, { username: 'adam@contoso.test', scope: 'User.Read' }));
    expect((await refusalOf(lab, graph)).codes).toEqual([53003]);
    expect(await lab.v2(byPassword(lab, { username: 'zoe@contoso.test' }))).toMatchObject({ status: 200 });
  });
});

describe('mfa', () => {
  test('A-11 like a user with a second factor: 50076, the policy in claims', async () => {
    const id = await policy('mfa');
    const reply = await lab.v2(byPassword(lab));
    expect(await refusalOf(lab, reply)).toEqual({ ...grantError, codes: [50076] });
    expect(reply.body).toMatchObject({ claims: claimsFor(id), suberror: 'basic_action' });
    expect(await lab.v2(byPassword(lab, { scope: 'User.Read' }))).toMatchObject({ status: 200 });
  });

  test('the good twin: a device code that was approved with a second factor', async () => {
    await policy('mfa');
    const path = `/${lab.tenantId}/oauth2/v2.0/devicecode`;
    const { body } = await lab.post(path, { client_id: publicClient, scope: exchangeScope });
    const answer = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/device-codes/${String(body['user_code'])}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: joe, approve: true }),
    });
    expect(answer.ok).toBe(true);
    const grant = { grant_type: 'device_code', client_id: publicClient, device_code: String(body['device_code']) };
    const reply = await lab.v2(grant);
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ amr: ['pwd', 'mfa'] });
  });

  test('on behalf of the user: interaction_required, as the documentation of that grant has it', async () => {
    await lab.change(web, (principal) => ({ ...principal, scopes: ['access_as_user'] }));
    await lab.change(publicClient, (principal) => ({
      ...principal,
      permissionGrants: [...principal.permissionGrants, { resource: web, scopes: ['access_as_user'] }],
    }));
    const { body } = await lab.v2(byPassword(lab, { scope: `api://${web}/access_as_user` }));
    const form = {
      ...{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', requested_token_use: 'on_behalf_of' },
      ...{ client_id: web, client_secret: webSecret, assertion: String(body['access_token']), scope: exchangeScope },
    };
    expect(await lab.v2(form)).toMatchObject({ status: 200 });
    const id = await policy('mfa');
    const reply = await lab.v2(form);
    expect(await refusalOf(lab, reply)).toEqual({ ...grantError, error: 'interaction_required', codes: [50076] });
    expect(reply.body).toMatchObject({ claims: claimsFor(id) });
  });
});

test.each([
  ['-IncludeUsers nobody@contoso.test -IncludeApplications All -BuiltInControls block', /couldn't be found/],
  [`-IncludeUsers All -IncludeApplications ${daemon.replace('2', '9')} -BuiltInControls block`, /couldn't be found/],
  ['-IncludeUsers All -IncludeApplications Exchange -BuiltInControls block', /-IncludeApplications takes a GUID/],
  ['-IncludeUsers All -IncludeApplications All -BuiltInControls compliantDevice', /-BuiltInControls takes block or mfa here/],
  ['-IncludeUsers "" -IncludeApplications All -BuiltInControls block', /-IncludeUsers/],
  ['-IncludeApplications All -BuiltInControls block', /IncludeUsers/],
])('a policy with %s is refused', async (conditions, text) => {
  await expect(shell(`New-MgIdentityConditionalAccessPolicy -DisplayName x -State enabled ${conditions}`)).rejects.toThrow(text);
});

test('Get- shows object ids; one that is not there is refused', async () => {
  const id = await policy('mfa');
  const { guid } = await changeUser(lab, joe, (one) => one);
  const shown = {
    ...{ Id: id, DisplayName: 'a mfa', State: 'enabled', IncludeUsers: [guid], ExcludeUsers: [] },
    ...{ IncludeApplications: [exchangeAppId], BuiltInControls: ['mfa'] },
  };
  expect(await shell(`Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${id}`)).toEqual([shown]);
  for (const verb of ['Get', 'Update', 'Remove']) {
    const line = `${verb}-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${graphAppId}`;
    await expect(shell(line)).rejects.toThrow(/couldn't be found/);
  }
});
