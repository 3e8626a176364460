import type { Settings } from '../../domain/organization/settings.ts';
import type { Federation } from '../../domain/trust/federated-organization.ts';
import type { FederationTrust } from '../../domain/trust/federation-trusts.ts';
import { type OfferName, offerDurationMs, offerOf } from '../../domain/trust/offers.ts';
import { relationshipFor } from '../../domain/trust/organization-relationships.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type Assertion, audiencesOf, claimNamespaces, claimValues, type SamlSubject, subjectsOf } from '../../protocols/saml/assertion.ts';
import { applicationAddress } from '../../protocols/wstrust/request.ts';
import type { DelegationTrail } from './delegation-trail.ts';
import type { ExternalCaller } from './external-caller.ts';

/** By what the claims of a token are judged whose signature holds. */
export interface ClaimsGround {
  readonly settings: Settings;
  readonly at: Instant;
  readonly offers: readonly OfferName[] | undefined;
  readonly identity?: 'relationship' | 'operation';
  readonly federation: Federation;
  /** Trusts whose token issuer has signed. */
  readonly issuers: readonly FederationTrust[];
}

/** How far the clocks of issuer and receiver may be apart (interoperability; not published). */
export const clockSkewMs = 300_000;

/** Judges what a signed assertion says, on a trail (delegation-trail.ts), which throws. */
export function judgeClaims(
  trail: DelegationTrail,
  assertion: Assertion,
  ground: ClaimsGround,
): { readonly caller: ExternalCaller; readonly subject: SamlSubject } {
  const validFrom = judgeLifetime(trail, assertion, ground.at);
  judgeAudience(trail, assertion, ground.federation);
  judgeIssuer(trail, assertion, ground.issuers);
  const requestorDomain = judgeRequestor(trail, assertion);
  const offer = judgeOffer(trail, assertion, ground.offers);
  judgeOfferDuration(trail, offer, validFrom, ground.at);
  const subject = judgeSubject(trail, assertion);
  const emailAddress = judgeEmailAddress(trail, assertion);
  const domain = emailAddress.slice(emailAddress.lastIndexOf('@') + 1).toLowerCase();
  judgeIdentity(trail, domain, ground);
  trail.skip('dauth.replay', 'any bearer may use it while it lives: delegation tokens are not remembered, as in Exchange');
  return { caller: { by: 'DAuth', emailAddress, domain, issuer: assertion.Issuer, requestorDomain, offer }, subject };
}

/** Answers the moment from which the token is good: the offer's duration counts from it. */
function judgeLifetime(trail: DelegationTrail, { Conditions }: Assertion, at: Instant): Instant {
  const { NotBefore, NotOnOrAfter } = Conditions ?? {};
  if (NotBefore === undefined || NotOnOrAfter === undefined || at < NotBefore - clockSkewMs || at >= NotOnOrAfter + clockSkewMs) {
    trail.fail('dauth.lifetime', {
      result: 'InvalidTokenFailedValidation',
      fault: 'InvalidSecurity',
      expected: `${moment(at)}, give or take five minutes`,
      actual: `from ${moment(NotBefore)} to ${moment(NotOnOrAfter)}`,
    });
  }
  trail.pass('dauth.lifetime', `from ${moment(NotBefore)} to ${moment(NotOnOrAfter)}`);
  return NotBefore;
}

/** Host names have no case, and an address may end in a slash: .NET compares Uris, not texts. */
function judgeAudience(trail: DelegationTrail, assertion: Assertion, { trust }: Federation): void {
  const expected = applicationAddress(trust.ApplicationUri);
  const audiences = audiencesOf(assertion);
  const isMeant = (audience: string): boolean => bare(audience) === bare(expected);
  const actual = audiences.flat().join(' ') || 'none';
  if (audiences.length === 0 || !audiences.every((condition) => condition.some(isMeant))) {
    trail.fail('dauth.audience', { result: 'InvalidTokenFailedValidation', fault: 'InvalidSecurity', expected, actual });
  }
  trail.pass('dauth.audience', actual);
}

function bare(address: string): string {
  return address.trim().toLowerCase().replace(/\/$/, '');
}

function judgeIssuer(trail: DelegationTrail, { Issuer }: Assertion, issuers: readonly FederationTrust[]): void {
  if (!issuers.some(({ TokenIssuerUri }) => TokenIssuerUri === Issuer)) {
    const expected = issuers.map(({ TokenIssuerUri }) => TokenIssuerUri).join(' or ');
    trail.fail('dauth.issuer', { result: 'InvalidTrustBroker', fault: 'FailedAuthentication', expected, actual: Issuer });
  }
  trail.pass('dauth.issuer', Issuer);
}

/** The claim may be missing; one that names nobody, or several, names no requester. */
function judgeRequestor(trail: DelegationTrail, assertion: Assertion): string | undefined {
  const [domain, ...others] = claimValues(assertion, claimNamespaces.microsoft, 'RequestorDomain');
  if (domain === undefined) {
    trail.skip('dauth.requestor', 'the issuer does not say');
    return undefined;
  }
  if (domain.trim() === '' || others.length > 0) {
    const actual = [domain, ...others].join(', ');
    trail.fail('dauth.requestor', { result: 'InvalidTarget', fault: 'FailedAuthentication', expected: 'one RequestorDomain', actual });
  }
  trail.pass('dauth.requestor', domain);
  return domain;
}

function judgeOffer(trail: DelegationTrail, assertion: Assertion, offers: readonly OfferName[] | undefined): OfferName {
  const [action, ...others] = claimValues(assertion, claimNamespaces.authorization, 'action');
  const offer = action === undefined || others.length > 0 ? undefined : offerOf(action);
  if (offer === undefined || offers?.includes(offer) === false) {
    trail.fail('dauth.offer', {
      result: 'InvalidOffer',
      fault: 'FailedAuthentication',
      expected: offers?.join(' or ') ?? 'a known offer',
      actual: action === undefined ? 'no action' : [action, ...others].join(', '),
    });
  }
  trail.pass('dauth.offer', offer);
  return offer;
}

/** Independent of NotOnOrAfter, and without any skew (interoperability; not published). */
function judgeOfferDuration(trail: DelegationTrail, offer: OfferName, validFrom: Instant, at: Instant): void {
  const end = validFrom + offerDurationMs(offer);
  if (at > end) {
    const expected = `before ${moment(end)}`;
    trail.fail('dauth.offer-duration', { result: 'InvalidExpired', fault: 'FailedAuthentication', expected, actual: moment(at) });
  }
  trail.pass('dauth.offer-duration', `until ${moment(end)}`);
}

/** All statements must be about the same person. */
function judgeSubject(trail: DelegationTrail, assertion: Assertion): SamlSubject {
  const [subject, ...others] = subjectsOf(assertion);
  const name = subject?.NameIdentifier?.value.trim() ?? '';
  if (subject === undefined || name === '' || others.some(({ NameIdentifier }) => NameIdentifier?.value.trim() !== name)) {
    trail.fail('dauth.subject', {
      result: 'InvalidTokenFormat',
      fault: 'InvalidSecurityToken',
      expected: 'one NameIdentifier in every statement',
      actual: subjectsOf(assertion)
        .map(({ NameIdentifier }) => NameIdentifier?.value ?? 'none')
        .join(', '),
    });
  }
  trail.pass('dauth.subject', name);
  return subject;
}

function judgeEmailAddress(trail: DelegationTrail, assertion: Assertion): string {
  const values = claimValues(assertion, claimNamespaces.claims, 'EmailAddress');
  const [address = ''] = values;
  if (values.length !== 1 || !/^[^\s@]+@[^\s@]+$/.test(address)) {
    const expected = 'one e-mail address';
    const actual = values.join(', ') || 'none';
    trail.fail('dauth.email-address', { result: 'InvalidUnknownEmailAddress', fault: 'FailedAuthentication', expected, actual });
  }
  trail.pass('dauth.email-address', address);
  return address;
}

function judgeIdentity(trail: DelegationTrail, domain: string, { identity, settings }: ClaimsGround): void {
  if (identity !== 'relationship') {
    trail.skip('dauth.identity', 'the operation decides');
    return;
  }
  const relationship = relationshipFor(settings, domain);
  if (relationship === undefined) {
    trail.fail('dauth.identity', {
      result: 'InvalidUnknownExternalIdentity',
      fault: 'FailedAuthentication',
      expected: 'an enabled organization relationship with the domain',
      actual: domain,
    });
  }
  trail.pass('dauth.identity', relationship.Name);
}

function moment(at: Instant | undefined): string {
  return at === undefined ? 'no moment' : new Date(at).toISOString();
}
