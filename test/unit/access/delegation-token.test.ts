import { beforeAll, expect, test } from 'vitest';
import { judgeDelegationToken } from '../../../shared/bridges/access/delegation-token.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { type FederationTrust, federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import type { OfferName } from '../../../shared/domain/trust/offers.ts';
import { federationObjects, makeDelegationToken, settingsOf, type TokenFacts } from '../../support/delegation-tokens.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

const at = Date.UTC(2026, 10, 20, 12);
const facts: TokenFacts = {
  at,
  lifeMs: 300_000,
  audience: 'http://outlook.com',
  issuer: 'urn:federation:MicrosoftOnline',
  emailAddress: 'Pat@Fabrikam.test',
  offer: 'MSExchange.SharingCalendarFreeBusy',
};
const freeBusy: readonly OfferName[] = ['MSExchange.SharingCalendarFreeBusy'];

let issuer: Identity;
let consumerIssuer: Identity;
let current: Identity;
beforeAll(async () => {
  issuer = await federationIdentity(1, 'with-identifier');
  consumerIssuer = await federationIdentity(2, 'with-identifier');
  current = await federationIdentity(3, 'with-identifier');
});

const objects = () => federationObjects({ applicationUri: 'outlook.com', current, issuer });

/** Exchange Online: one application, a trust in each instance, each with its own key. */
function cloudSettings() {
  const rows = objects();
  const business = rows.find(([kind]) => kind === federationTrusts.kind)?.[2] as FederationTrust;
  const consumer: FederationTrust = {
    ...business,
    ...{ Name: 'WindowsLiveId', TokenIssuerUri: 'uri:WindowsLiveID', TokenIssuerCertificate: consumerIssuer.certificate },
  };
  return settingsOf([...rows, [federationTrusts.kind, consumer.Name, consumer]]);
}

const tokenBy = (signer: Identity, changes: Partial<TokenFacts> = {}) =>
  makeDelegationToken({ facts: { ...facts, ...changes }, signer, recipient: current }).token;

test('who calls, and that the operation decides whether he is known', async () => {
  const judged = await judgeDelegationToken({ token: tokenBy(issuer), settings: settingsOf(objects()), at, offers: freeBusy });
  expect(judged).toMatchObject({
    verdict: { accepted: true },
    caller: {
      by: 'DAuth',
      emailAddress: 'Pat@Fabrikam.test',
      domain: 'fabrikam.test',
      issuer: 'urn:federation:MicrosoftOnline',
      requestorDomain: 'Fabrikam.test',
      offer: 'MSExchange.SharingCalendarFreeBusy',
    },
  });
  expect(judged.verdict.checks.find(({ check }) => check === 'dauth.identity')).toMatchObject({
    outcome: 'skipped',
    actual: 'the operation decides',
  });
  const checks = judged.verdict.checks.map(({ check }) => check);
  expect(new Set(checks).size).toBe(checks.length);
  expect(judged.verdict.checks.every(({ reference }) => reference !== undefined)).toBe(true);
});

test.each([
  ['the one that the operation takes', freeBusy, true],
  ['another one', ['MSExchange.MailTips'], false],
  ['none', [], false],
  ['whatever there is', undefined, true],
] as const)('offers: %s', async (_, offers, accepted) => {
  const judged = await judgeDelegationToken({ token: tokenBy(issuer), settings: settingsOf(objects()), at, offers });
  expect(judged.verdict.accepted).toBe(accepted);
  if (!accepted) expect(judged.refusal).toMatchObject({ code: 'InvalidOffer' });
});

test('in the cloud the issuer must be that of the trust whose key has signed', async () => {
  const settings = cloudSettings();
  const codeOf = async (signer: Identity, issuerUri: string) =>
    (await judgeDelegationToken({ token: tokenBy(signer, { issuer: issuerUri }), settings, at, offers: freeBusy })).refusal?.code;
  expect(await codeOf(issuer, 'urn:federation:MicrosoftOnline')).toBeUndefined();
  expect(await codeOf(consumerIssuer, 'uri:WindowsLiveID')).toBeUndefined();
  expect(await codeOf(issuer, 'uri:WindowsLiveID')).toBe('InvalidTrustBroker');
  expect(await codeOf(consumerIssuer, 'urn:federation:MicrosoftOnline')).toBe('InvalidTrustBroker');
});

test('a trust of another application counts for nothing', async () => {
  const rows = objects();
  const business = rows.find(([kind]) => kind === federationTrusts.kind)?.[2] as FederationTrust;
  const other = { ...business, Name: 'other', ApplicationUri: 'other.test', TokenIssuerCertificate: consumerIssuer.certificate };
  const settings = settingsOf([...rows, [federationTrusts.kind, other.Name, other]]);
  const judged = await judgeDelegationToken({ token: tokenBy(consumerIssuer), settings, at, offers: freeBusy });
  expect(judged.refusal?.code).toBe('InvalidTokenFailedValidation');
});

test('without the certificate in its store the organisation can read nothing', async () => {
  const settings = settingsOf(objects().filter(([kind]) => kind !== exchangeCertificates.kind));
  const judged = await judgeDelegationToken({ token: tokenBy(issuer), settings, at, offers: freeBusy });
  expect(judged).toMatchObject({ refusal: { code: 'InvalidUnknownEncryption' }, fault: 'InvalidSecurityToken' });
});

test('nobody federated', async () => {
  const judged = await judgeDelegationToken({ token: tokenBy(issuer), settings: settingsOf([]), at, offers: freeBusy });
  expect(judged).toMatchObject({ refusal: { code: 'InvalidUnknownEncryption' }, fault: 'InvalidSecurity' });
  expect(judged.verdict.checks[0]).toMatchObject({ check: 'dauth.federation', outcome: 'failed' });
});
