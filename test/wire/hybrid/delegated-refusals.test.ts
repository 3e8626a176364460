import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { callDelegated, delegationToken } from '../../../shared/bridges/hybrid/delegated.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { resolveNames } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type DelegatedLab, fabrikamAutodiscover, freeBusy, inShort, openDelegatedLab, pat } from './delegated-lab.ts';
import { delegatedTarget } from './delegated-target.ts';

let here: DelegatedLab;
beforeAll(async () => {
  here = await openDelegatedLab();
});
afterAll(() => here.close());
beforeEach(async () => (await here.contoso.party()).tokens.clear('contoso'));
afterEach(() => {
  here.lab.faults.clear();
  here.silent = undefined;
});

const refusalOf = (work: Promise<unknown>): Promise<Pick<Refusal, 'code' | 'detail' | 'values'>> =>
  work.then(
    (value) => Promise.reject(new Error(`it was not refused: ${JSON.stringify(value)}`)),
    (error: Refusal) => ({ code: error.code, detail: error.detail, values: error.values }),
  );

test.each([
  ['TargetApplicationUri', 'The organization relationship has no TargetApplicationUri.'],
  ['TargetAutodiscoverEpr', "The organization relationship 'Fabrikam' has neither TargetAutodiscoverEpr nor TargetSharingEpr."],
])('a relationship without %s', async (property, detail) => {
  const user = await here.mary();
  const refused = await refusalOf(here.locate(user, pat, { [property]: '' }));
  expect(refused).toMatchObject({ code: 'relationship-incomplete', detail });
});

test('a target that the gateway does not know', async () => {
  const user = await here.mary();
  const refused = await refusalOf(here.visit((party) => delegationToken(party, { ...freeBusy, target: 'nobody.test', user })));
  expect(refused).toMatchObject({
    code: 'delegation-token-refused',
    detail: expect.stringMatching(/^Soap fault exception received\. \S/),
  });
});

test('a token service whose host does not listen', async () => {
  here.silent = 'login.microsoftonline.test';
  const user = await here.mary();
  expect(await refusalOf(here.locate(user))).toEqual({
    code: 'issuer-unreachable',
    detail:
      'Failed to communicate with https://login.microsoftonline.test/extSTS.srf., inner exception: Unable to connect to the remote server.',
    values: { DialRefusal: 'ConnectionRefused' },
  });
});

test('a token service that answers something else', async () => {
  here.lab.faults.add({ match: { svc: 'azure-auth' }, effect: { kind: 'status', status: 503, body: 'busy' } });
  const user = await here.mary();
  const refused = await refusalOf(here.visit((party) => delegationToken(party, { ...freeBusy, user })));
  expect(refused).toMatchObject({ code: 'issuer-unreadable', detail: expect.stringContaining('answered 503 without a token') });
});

test('an organisation that is not federated, and a user whose domain is not', async () => {
  const user = await here.mary();
  const elsewhere = { ...user, primaryAddress: 'mary@other.test', addresses: ['SMTP:mary@other.test', 'X500:/o=Contoso'] };
  expect(await refusalOf(here.visit((party) => delegationToken(party, { ...freeBusy, user: elsewhere })))).toMatchObject({
    code: 'user-not-federated',
    detail: "The user doesn't have an SMTP proxy address from a federated domain.",
  });
  const proxied = { ...elsewhere, addresses: [...elsewhere.addresses, 'smtp:Mary@Contoso.test'] };
  const { told } = await here.visit((party) => delegationToken(party, { ...freeBusy, user: proxied }));
  expect(told).toEqual(['obtained a token for FYDIBOHF25SPDLT.fabrikam.test as Mary@Contoso.test']);
  const nobody = { get: () => undefined, list: () => [] } as unknown as OutboundParty['settings'];
  expect(await refusalOf(here.visit((party) => delegationToken({ ...party, settings: nobody }, { ...freeBusy, user })))).toMatchObject({
    code: 'federation-not-configured',
    detail: 'Organization is not federated.',
  });
});

test('a mailbox that the other side does not have', async () => {
  const user = await here.mary();
  const refused = await refusalOf(here.locate(user, 'nobody@fabrikam.test'));
  expect(refused).toEqual({
    code: 'autodiscover-failed',
    detail:
      `The response from the Autodiscover service at '${fabrikamAutodiscover}' failed due to an error in user setting ` +
      "'ExternalEwsUrl'. Error message: InvalidUser.",
    values: { UserSetting: 'ExternalEwsUrl' },
  });
});

test('an endpoint that does not exist, and one that is not Autodiscover', async () => {
  const user = await here.mary();
  const at = (TargetAutodiscoverEpr: string) => refusalOf(here.locate(user, pat, { TargetAutodiscoverEpr }));
  expect(await at('https://autodiscover.fabrikam.test/nothing')).toMatchObject({
    code: 'autodiscover-failed',
    detail: `Autodiscover failed for email address ${pat} with error System.Net.WebException: The request failed with HTTP status 404 Not Found.`,
  });
  expect(await at('https://nowhere.test/autodiscover/autodiscover.svc/WSSecurity')).toMatchObject({ code: 'NameNotFound' });
});

test.each(['http://mail.fabrikam.test/EWS/Exchange.asmx', 'https://me:secret@mail.fabrikam.test/EWS/Exchange.asmx', 'nowhere'])(
  'an address that cannot be called: %s',
  async (told) => {
    const user = await here.mary();
    const refused = await refusalOf(
      here.visit(({ dialer, ...party }, relationship) => {
        const https: OutboundParty['dialer']['https'] = async (call) => {
          const answer = await dialer.https(call);
          const text = answer.body.toString().replace('https://mail.fabrikam.test/EWS/Exchange.asmx', told);
          return { ...answer, body: Buffer.from(text) };
        };
        return delegatedTarget({ ...party, dialer: { https } }, relationship, pat, user);
      }),
    );
    expect(refused).toMatchObject({
      code: 'autodiscover-failed',
      detail: expect.stringMatching(/Error message: it is no https address\.$/),
    });
  },
);

test('a virtual directory where WSSecurity is off', async () => {
  const directory = '"Autodiscover (Default Web Site)"';
  await runCmdlet(here.lab, 'fabrikam', `Set-AutodiscoverVirtualDirectory ${directory} -WSSecurityAuthentication $false`, pat);
  const user = await here.mary();
  const refused = await refusalOf(here.locate(user));
  await runCmdlet(here.lab, 'fabrikam', `Set-AutodiscoverVirtualDirectory ${directory} -WSSecurityAuthentication $true`, pat);
  expect(refused).toMatchObject({
    code: 'autodiscover-failed',
    detail:
      `Autodiscover failed for email address ${pat} with error System.Web.Services.Protocols.SoapHeaderException: ` +
      'An error occurred when verifying security for the message.',
  });
});

test('an EWS that does not answer is looked for again', async () => {
  const user = await here.mary();
  const request = { ReturnFullContactData: false, UnresolvedEntry: 'pat' };
  const { result: url } = await here.locate(user);
  here.silent = 'mail.fabrikam.test';
  const refused = await refusalOf(
    here.visit(async (party) => {
      const { token } = await delegationToken(party, { ...freeBusy, user });
      return callDelegated(party, { url, token, contract: resolveNames, request });
    }),
  );
  expect(refused.code).toBe('ConnectionRefused');
  here.silent = undefined;
  const { hops } = await here.locate(user);
  expect(inShort(hops)).toEqual(['autodiscover 200']);
});
