import type { DelegationPartner } from '../../../domain/trust/delegation-partners.ts';
import { type OfferName, offerDurationMs } from '../../../domain/trust/offers.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import {
  type Assertion,
  audiencesOf,
  claimNamespaces,
  claimValues,
  confirmationMethods,
  readAssertion,
  type SamlSubject,
  subjectsOf,
} from '../../../protocols/saml/assertion.ts';
import type { ReceivedXml } from '../../../protocols/saml/received.ts';
import { signatureOf, verifySignature } from '../../../protocols/saml/verify.ts';
import { isoTime, type StsTrail, skewMs } from './sts-checks.ts';
import type { StsGround } from './sts-ground.ts';

/** The user in whose name a token is wanted, as the requesting organisation vouches for. */
export interface AssertedUser {
  readonly name: NonNullable<SamlSubject['NameIdentifier']>;
  readonly emailAddress: string;
  /** Of the address, in lower case. */
  readonly domain: string;
}

export interface OnBehalfOfQuestion {
  readonly received: ReceivedXml;
  /** A node of `received.root`. */
  readonly assertion: ReceivedXml['root'];
  /** Its certificate has signed the message. */
  readonly requester: DelegationPartner;
  readonly offer: OfferName;
  readonly ground: StsGround;
}

/** Judges an on-behalf-of assertion; throws the refusal. Only what the requester has signed is looked at. */
export async function judgeOnBehalfOf(trail: StsTrail, question: OnBehalfOfQuestion): Promise<AssertedUser> {
  const { requester, ground } = question;
  const signed = await judgeSignature(trail, question);
  const assertion = judgeForm(trail, signed);
  const [applicationUri = ''] = requester.uris;
  trail.require(assertion.Issuer.toLowerCase() === applicationUri, 'sts.assertion-issuer', 'AssertionInvalid', {
    expected: applicationUri,
    actual: assertion.Issuer,
  });
  const { issuerUri } = ground.instance;
  const audiences = audiencesOf(assertion);
  const isForUs = audiences.length > 0 && audiences.every((condition) => condition.includes(issuerUri));
  trail.require(isForUs, 'sts.assertion-audience', 'AssertionInvalid', {
    expected: issuerUri,
    actual: audiences.map((condition) => condition.join(' ')).join(', ') || 'none',
  });
  judgeLifetime(trail, assertion, question);
  const name = judgeSubject(trail, assertion);
  const user = { name, ...judgeAddress(trail, assertion, requester, ground) };
  if (requester.hostsTenants) await judgePassword(trail, name.value, ground);
  return user;
}

/** Accounts of tenants are the service's own: it has them sign in, and knows what their passwords are good for. */
async function judgePassword(trail: StsTrail, user: string, { passwordFlaw }: StsGround): Promise<void> {
  const flaw = await passwordFlaw(user);
  const expected = 'a password that is good for signing in';
  if (flaw === undefined) return trail.pass('sts.user-password', { expected });
  const actual = flaw === 'PasswordExpired' ? 'expired' : 'to be changed at the next sign-in';
  trail.refuse('sts.user-password', flaw, { expected, actual: `${user}: ${actual}` });
}

async function judgeSignature(trail: StsTrail, { received, assertion, requester }: OnBehalfOfQuestion): Promise<ReceivedXml['root']> {
  const expected = 'a signature by the certificate that has signed the message';
  try {
    const signature = signatureOf(assertion);
    const { certificate } = requester;
    const [signed] = await verifySignature({ received, signature, covers: [assertion], key: { certificate } });
    if (signed === undefined) throw new Error('defect: a signature that holds covers nothing');
    trail.pass('sts.assertion-signature', { expected });
    return signed;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trail.refuse('sts.assertion-signature', 'AssertionInvalid', { expected, actual: error.message });
  }
}

function judgeForm(trail: StsTrail, signed: ReceivedXml['root']): Assertion {
  try {
    const assertion = readAssertion(signed);
    trail.pass('sts.assertion-form');
    return assertion;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trail.refuse('sts.assertion-form', 'AssertionInvalid', { expected: 'a SAML 1.1 assertion', actual: error.message });
  }
}

function judgeLifetime(trail: StsTrail, { Conditions }: Assertion, { offer, ground }: OnBehalfOfQuestion): void {
  const { at } = ground;
  const { NotBefore: from, NotOnOrAfter: to } = Conditions ?? {};
  const mostMs = offerDurationMs(offer) + skewMs;
  const isWithin = from !== undefined && to !== undefined && from < to && from - skewMs <= at && at < to + skewMs;
  trail.require(isWithin && to - from <= mostMs, 'sts.assertion-lifetime', 'AssertionInvalid', {
    expected: `${isoTime(at)}, give or take ${skewMs / 1_000} s, in a life of at most ${mostMs / 1_000} s`,
    actual: `${from === undefined ? 'no beginning' : isoTime(from)} to ${to === undefined ? 'no end' : isoTime(to)}`,
  });
}

/** All statements are about one person, who has a name, and for whom the sender vouches. */
function judgeSubject(trail: StsTrail, assertion: Assertion): AssertedUser['name'] {
  const subjects = subjectsOf(assertion);
  const [first] = subjects;
  const name = first?.NameIdentifier;
  const named = subjects.map(({ NameIdentifier }) => NameIdentifier?.value.trim() ?? '');
  const isOne = subjects.every(
    ({ NameIdentifier }) => NameIdentifier?.value.trim() === name?.value.trim() && NameIdentifier?.Format === name?.Format,
  );
  const looked = { expected: 'one NameIdentifier', actual: named.map((one) => (one === '' ? 'none' : one)).join(', ') };
  if (name === undefined || name.value.trim() === '' || !isOne) return trail.refuse('sts.assertion-subject', 'AssertionInvalid', looked);
  trail.pass('sts.assertion-subject', looked);
  const methods = subjects.map(({ SubjectConfirmation }) => SubjectConfirmation?.ConfirmationMethod ?? []);
  const expected = confirmationMethods.senderVouches;
  trail.require(
    methods.every(([only, another]) => only === expected && another === undefined),
    'sts.assertion-confirmation',
    'AssertionInvalid',
    { expected, actual: methods.map((one) => one.join(' ') || 'none').join(', ') },
  );
  return { ...name, value: name.value.trim() };
}

function judgeAddress(
  trail: StsTrail,
  assertion: Assertion,
  requester: DelegationPartner,
  { isTenantDomain }: StsGround,
): Pick<AssertedUser, 'emailAddress' | 'domain'> {
  const addresses = claimValues(assertion, claimNamespaces.identity, 'EmailAddress');
  const emailAddress = (addresses[0] ?? '').trim();
  const [, spelt = ''] = /^[^\s@]{1,64}@([^\s@]{1,255})$/.exec(emailAddress) ?? [];
  trail.require(addresses.length === 1 && spelt !== '', 'sts.assertion-email-address', 'AssertionInvalid', {
    expected: 'one address',
    actual: addresses.join(', ') || 'none',
  });
  const domain = spelt.toLowerCase();
  const state = requester.domains.find(({ domainName }) => domainName === domain)?.state;
  const isOwn = requester.hostsTenants ? isTenantDomain(domain) : requester.uris.includes(domain) && state === 'Active';
  trail.require(isOwn, 'sts.email-domain', 'DomainNotProvisioned', {
    expected: requester.hostsTenants ? 'an accepted domain of a tenant' : 'a URI of the application, the domain Active',
    actual: `${domain}${state === undefined ? '' : `, ${state}`}`,
  });
  return { emailAddress, domain };
}
