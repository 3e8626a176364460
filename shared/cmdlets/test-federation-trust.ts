import { X509Certificate } from 'node:crypto';
import type { DelegationRequest } from '../bridges/authority/federation/on-behalf-of.ts';
import type { Settings } from '../domain/organization/settings.ts';
import { exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { type Federation, federationOf } from '../domain/trust/federated-organization.ts';
import { federationCertificates, isFresh } from '../domain/trust/federation-rollover.ts';
import { type FederationTrust, federationTrusts } from '../domain/trust/federation-trusts.ts';
import type { OfferName } from '../domain/trust/offers.ts';
import { present } from '../kernel/assert.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { TokenResponse } from '../protocols/wstrust/response.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { dialText } from './download.ts';
import { metadataText, readFederationDocument } from './federation-document.ts';
import { textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

/** The tests, in their order. */
type TestId =
  | 'FederationTrustConfiguration'
  | 'FederationMetadata'
  | 'StsCertificate'
  | 'StsPreviousCertificate'
  | 'OrganizationCertificate'
  | 'TokenRequest'
  | 'TokenValidation';

/** What a test has found, and behind an error why: that is a warning, for the messages are Exchange's. */
interface Finding {
  readonly Id: TestId;
  readonly Type: 'Success' | 'Error';
  readonly Message: string;
  readonly why?: string;
}

/** A token for sharing free/busy information, as the organisation's servers ask for most. */
const offer: OfferName = 'MSExchange.SharingCalendarFreeBusy';

/**
 * `Test-FederationTrust -UserIdentity mary@contoso.test`: whether the federation trust works, test by test: configuration,
 * metadata, certificates, and then a token that the organisation gets for itself and judges as a receiver does. Without a
 * user it is a test user without a mailbox. The reasons of errors come as warnings. Messages that are not marked are ours.
 */
export const testFederationTrust: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'UserIdentity',
  parameters: { UserIdentity: 'text' },
  required: [],
  async run(scope, given) {
    const findings: Finding[] = [];
    for await (const finding of findingsOf(scope, textGiven(given, 'UserIdentity'))) findings.push(finding);
    for (const { Id, why } of findings) if (why !== undefined) scope.warn(`${Id}: ${why}`);
    return findings.map(({ Id, Type, Message }): CmdletObject => ({ Id, Type, Message }));
  },
};

async function* findingsOf(scope: CmdletScope, userIdentity: string | undefined): AsyncGenerator<Finding> {
  const settings = await scope.settings(scope.organization.name);
  const [trust] = federationTrusts.all(settings);
  const federation = federationOf(settings);
  yield configuration(trust, federation);
  if (trust === undefined) return;
  yield await metadata(scope, trust);
  yield issuerCertificate(scope, 'StsCertificate', 'TokenIssuerCertificate', trust.TokenIssuerCertificate);
  yield issuerCertificate(scope, 'StsPreviousCertificate', 'TokenIssuerPrevCertificate', trust.TokenIssuerPrevCertificate);
  yield* ownCertificates(scope, settings, trust);
  const requested = await requestToken(scope, settings, federation, userIdentity);
  // Observed: transcript of Test-FederationTrust (public on GitHub); after it nothing is validated.
  if ('why' in requested) return yield error('TokenRequest', 'Failed to request delegation token.', requested.why);
  yield success('TokenRequest', 'A delegation token was requested and received.');
  yield await validation(scope, settings, requested.token);
}

function configuration(trust: FederationTrust | undefined, federation: Federation | undefined): Finding {
  const Id = 'FederationTrustConfiguration';
  // Observed: the same transcript.
  if (federation !== undefined) return success(Id, 'FederationTrust object in ActiveDirectory is valid.');
  if (trust === undefined) return error(Id, 'There is no FederationTrust object.', 'New-FederationTrust makes one.');
  const remedy = 'Set-FederatedOrganizationIdentifier -DelegationFederationTrust ... -AccountNamespace ... -Enabled $true federates it.';
  return error(Id, 'The federated organization identifier is not enabled with this FederationTrust object.', remedy);
}

async function metadata(scope: CmdletScope, trust: FederationTrust): Promise<Finding> {
  const Id = 'FederationMetadata';
  try {
    const document = await readFederationDocument(scope, trust.TokenIssuerMetadataEpr);
    const same = 'the same certificates published by the security token service in its federation metadata.';
    if (isFresh(trust, document.metadata)) return success(Id, `The federation trust contains ${same}`);
    // As administrators report it; the full stop, and the sentence of a success, are ours.
    return error(Id, `The federation trust doesn't contain ${same}`, refreshRemedy);
  } catch (caught) {
    if (caught instanceof Refusal && caught.code === 'operation-failed') return error(Id, metadataText, caught.detail);
    throw caught;
  }
}

/** learn.microsoft.com "Free/busy lookups stop working in a cross-premises environment"; on the two runs "Resolve free/busy errors". */
const refreshRemedy =
  'Run Get-FederationTrust and Set-FederationTrust -RefreshMetadata; twice, where the previous certificate is another one too.';

function issuerCertificate(scope: CmdletScope, Id: TestId, property: string, certificate: string): Finding {
  if (certificate === '')
    return success(Id, `No certificate is referenced by property ${property} in the FederationTrust object, and none is needed.`);
  const { validFromDate, validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'));
  return judgeTimes(scope, { Id, property, from: validFromDate.getTime(), to: validToDate.getTime(), remedy: refreshRemedy });
}

function* ownCertificates(scope: CmdletScope, settings: Settings, trust: FederationTrust): Generator<Finding> {
  const Id = 'OrganizationCertificate';
  const remedy =
    'New-ExchangeCertificate makes another one; Set-FederationTrust -Thumbprint and -PublishFederationCertificate roll over to it.';
  // The current one first.
  const order = ['OrgPrivCertificate', 'OrgPrevPrivCertificate', 'OrgNextPrivCertificate'];
  const named = federationCertificates(trust).toSorted((left, right) => order.indexOf(left.use) - order.indexOf(right.use));
  for (const { use: property, thumbprint } of named) {
    const held = exchangeCertificates.get(settings, thumbprint);
    // Observed: risual.com "Hybrid Calendar & Free/Busy Issues".
    if (held === undefined)
      yield error(Id, `Unable to find the certificate referenced by property ${property} in the FederationTrust object.`, remedy);
    else yield judgeTimes(scope, { Id, property, from: held.NotBefore, to: held.NotAfter, remedy });
  }
}

interface Times {
  readonly Id: TestId;
  readonly property: string;
  readonly from: number;
  readonly to: number;
  readonly remedy: string;
}

/** By the organisation's own clock. */
function judgeTimes({ at }: CmdletScope, { Id, property, from, to, remedy }: Times): Finding {
  const referenced = `certificate referenced by property ${property} in the FederationTrust object`;
  // Observed: the transcript, of three of the properties.
  if (from <= at && at < to) return success(Id, `Valid ${referenced}.`);
  const [begins, ends, now] = [from, to, at].map((instant) => new Date(instant).toISOString());
  return error(
    Id,
    `The ${referenced} is not valid at this time.`,
    `It is valid from ${begins} to ${ends}, and it is ${now} here. ${remedy}`,
  );
}

type Requested = { readonly token: TokenResponse['token'] } | { readonly why: string };

async function requestToken(
  scope: CmdletScope,
  settings: Settings,
  federation: Federation | undefined,
  userIdentity: string | undefined,
): Promise<Requested> {
  if (federation === undefined) return { why: 'The organization is not federated.' };
  const { trust } = federation;
  const signer = exchangeCertificates.get(settings, trust.OrgCertificate);
  if (signer === undefined) return { why: `The certificate ${trust.OrgCertificate} is not installed.` };
  const { organization, at, identifiers: ids, trace: parent, dialer } = scope;
  const { ApplicationUri: applicationUri, TokenIssuerUri: issuerUri, TokenIssuerEpr: tokenIssuerEpr } = trust;
  const { certificate, privateKey } = signer;
  try {
    const [{ writeDelegationRequest }, { requestSecurityToken }] = await Promise.all([
      import('../bridges/authority/federation/on-behalf-of.ts'),
      import('../protocols/wstrust/client.ts'),
    ]);
    const user = await testedUser(scope, federation, userIdentity);
    const parties = { issuerUri, tokenIssuerEpr, applicationUri, target: applicationUri };
    const octets = writeDelegationRequest({ ...parties, offer, user, certificate, privateKey, at, ids });
    const limits = { timeoutMs: 30_000, maxBytes: 1_048_576 };
    const dialing = { service: 'cmdlets', organization: organization.name, parent, ...limits };
    const result = await requestSecurityToken(dialer, tokenIssuerEpr, octets, dialing);
    if (result.is === 'token') return { token: result.response.token };
    if (result.is === 'unreadable') return { why: `${tokenIssuerEpr} answered ${result.status} without a token: ${result.detail}` };
    return {
      why: `${result.subcode}. ${result.reason}. ${result.error === undefined ? '' : `${result.error.code} ${result.error.text}`}`.trim(),
    };
  } catch (caught) {
    const why = dialText(caught, tokenIssuerEpr) ?? notFederatedText(caught);
    if (why === undefined) throw caught;
    return { why };
  }
}

function notFederatedText(caught: unknown): string | undefined {
  return caught instanceof Refusal && caught.code === 'user-not-federated' ? caught.detail : undefined;
}

async function testedUser(
  { organization, directory }: CmdletScope,
  { identifier }: Federation,
  userIdentity: string | undefined,
): Promise<DelegationRequest['user']> {
  if (userIdentity !== undefined) {
    const { federatedUser } = await import('../bridges/hybrid/federated-user.ts');
    return federatedUser(identifier, await requireRecipient(directory(organization.name), organization, userIdentity));
  }
  const address = `extest_federation@${present(identifier.Domains[0], 'a domain of a federated organisation')}`;
  return { userPrincipalName: address, emailAddresses: [address] };
}

async function validation(scope: CmdletScope, settings: Settings, token: TokenResponse['token']): Promise<Finding> {
  const Id = 'TokenValidation';
  const { judgeDelegationToken } = await import('../bridges/access/delegation-token.ts');
  // Nobody has a relationship with himself.
  const judged = await judgeDelegationToken({ token, settings, at: scope.at, offers: [offer], identity: 'operation' });
  if (judged.refusal === undefined) return success(Id, 'The delegation token is valid.');
  const { code, detail } = judged.refusal;
  // Published: "Free/busy lookups stop working in a cross-premises environment" (learn.microsoft.com).
  return error(Id, 'Failed to validate delegation token.', `${code}: ${detail ?? ''} ${refreshRemedy}`);
}

function success(Id: TestId, Message: string): Finding {
  return { Id, Type: 'Success', Message };
}

function error(Id: TestId, Message: string, why?: string): Finding {
  return { Id, Type: 'Error', Message, ...(why === undefined ? {} : { why }) };
}
