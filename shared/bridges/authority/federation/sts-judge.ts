import type { DelegationPartner, PartnerIndex } from '../../../domain/trust/delegation-partners.ts';
import { type OfferName, offerOf } from '../../../domain/trust/offers.ts';
import type { Instant } from '../../../kernel/clock.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Verdict } from '../../../kernel/verdict.ts';
import { certificateFacts } from '../../../protocols/saml/keys.ts';
import { type MessageTimes, type ReceivedMessage, type ReceivedSecurity, verifyMessage } from '../../../protocols/wstrust/message.ts';
import { federatedPolicy, readTokenRequest, type TokenRequest, type TokenRequestRefusal } from '../../../protocols/wstrust/request.ts';
import { readTokenMessage, type TokenMessageRefusal } from '../../../protocols/wstrust/token-message.ts';
import { type AssertedUser, judgeOnBehalfOf } from './on-behalf-of-judge.ts';
import { isoTime, type StsRefusal, StsTrail, skewMs } from './sts-checks.ts';
import type { StsGround } from './sts-ground.ts';

/** How long a message is good, whatever its Timestamp says: otherwise a requester could make one that never ends. */
const mostMessageLifeMs = 300_000;

/** A request that may be answered with a token. */
export interface JudgedTokenRequest {
  readonly requester: DelegationPartner;
  readonly target: DelegationPartner;
  /** The target's address, as asked. */
  readonly appliesTo: string;
  readonly offer: OfferName;
  readonly user: AssertedUser;
}

/** What has become of a request. `messageId`: unsigned, to be told in RelatesTo; `requester`: once its signature holds. */
export type StsAnswer = {
  readonly verdict: Verdict;
  readonly messageId: string | undefined;
  readonly requester: DelegationPartner | undefined;
} & ({ readonly judged: JudgedTokenRequest } | { readonly refusal: Refusal<StsRefusal> });

/** What is known of the sender when something fails. */
interface Sender {
  messageId: string | undefined;
  requester: DelegationPartner | undefined;
}

/**
 * Judges a token request in the order of `sts-checks.ts`; the first check that fails ends it. What the real service looks at is
 * inferred from "Deep Dive: How Hybrid Authentication Really Works". The user is read from what the requester has signed. A
 * refusal is an answer; nothing is thrown but defects.
 */
export async function judgeTokenRequest(octets: Uint8Array, ground: StsGround): Promise<StsAnswer> {
  const trail = new StsTrail();
  const sender: Sender = { messageId: undefined, requester: undefined };
  try {
    const judged = await judgeRequest(trail, sender, octets, ground);
    return { verdict: trail.verdict(), ...sender, judged };
  } catch (error) {
    const verdict = trail.verdict();
    if (!(error instanceof Refusal) || verdict.accepted) throw error;
    return { verdict, ...sender, refusal: error as Refusal<StsRefusal> };
  }
}

async function judgeRequest(trail: StsTrail, sender: Sender, octets: Uint8Array, ground: StsGround): Promise<JudgedTokenRequest> {
  const message = judgeForm(trail, octets);
  sender.messageId = message.addressing.messageId;
  const request = judgeBody(trail, message);
  const requester = judgeSigner(trail, message, request, ground);
  await judgeProof(trail, message, requester, ground);
  sender.requester = requester;
  const [applicationUri = ''] = requester.uris;
  trail.require(request.requestor.toLowerCase() === applicationUri, 'sts.requestor', 'RequestorUnknown', {
    expected: applicationUri,
    actual: request.requestor,
  });
  const { target, offer } = judgeWishes(trail, request, ground);
  const { received } = message;
  const user = await judgeOnBehalfOf(trail, { received, assertion: request.onBehalfOf, requester, offer, ground });
  return { requester, target, appliesTo: request.appliesTo, offer, user };
}

function judgeForm(trail: StsTrail, octets: Uint8Array): ReceivedMessage {
  const expected = 'a SOAP 1.2 message that asks for a token, without a document type declaration';
  try {
    const message = readTokenMessage(octets);
    trail.pass('sts.form', { expected });
    return message;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trail.refuse('sts.form', formRefusals[error.code] ?? 'MessageMalformed', { expected, actual: error.message });
  }
}

const formRefusals: Readonly<Record<string, StsRefusal>> = {
  HeaderNotUnderstood: 'HeaderNotUnderstood',
  SecurityMalformed: 'ProofInvalid',
} satisfies Partial<Record<TokenMessageRefusal, StsRefusal>>;

function judgeBody(trail: StsTrail, { body }: ReceivedMessage): TokenRequest {
  try {
    const request = readTokenRequest(body);
    trail.pass('sts.request');
    return request;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = (error as Refusal<TokenRequestRefusal>).code === 'MalformedRequest' ? 'RequestMalformed' : 'RequestNotSupported';
    return trail.refuse('sts.request', code, { expected: 'a request for a delegation token', actual: error.message });
  }
}

/** The partner whose certificate the message says it is signed by, which is in force. */
function judgeSigner(
  trail: StsTrail,
  { security }: ReceivedMessage,
  { requestor }: TokenRequest,
  { partners, instance, at }: StsGround,
): DelegationPartner {
  const parts = { expected: 'wsse:Security with Timestamp and Signature', actual: partsOf(security) };
  trail.require(security?.timestamp !== undefined && security.signature !== undefined, 'sts.security', 'ProofInvalid', parts);
  const named = security?.signer;
  const identifier = named?.by === 'subject-key-identifier' ? named.subjectKeyIdentifier : undefined;
  const expected = `the Subject Key Identifier of a certificate that is registered at ${instance.issuerUri}`;
  const partner = identifier === undefined ? undefined : partnerWithKey(partners, identifier, requestor);
  if (partner === undefined) {
    return trail.refuse('sts.signer', 'SignerUnknown', { expected, actual: identifier ?? named?.by ?? 'none is named' });
  }
  trail.pass('sts.signer', { expected, actual: `${identifier}, AppId ${partner.appId}` });
  const { notBefore, notAfter } = certificateFacts(partner.certificate);
  trail.require(notBefore <= at && at <= notAfter, 'sts.certificate-period', 'ProofInvalid', {
    expected: `${isoTime(notBefore)} to ${isoTime(notAfter)}`,
    actual: isoTime(at),
  });
  return partner;
}

/** Several partners may have one certificate, as after a trust that was removed and made anew: the requestor tells them apart. */
function partnerWithKey(partners: PartnerIndex, identifier: string, requestor: string): DelegationPartner | undefined {
  const claimed = partners.byUri(requestor);
  return claimed?.subjectKeyIdentifier === identifier ? claimed : partners.bySubjectKeyIdentifier(identifier);
}

function partsOf(security: ReceivedSecurity | undefined): string {
  if (security === undefined) return 'no wsse:Security';
  const missing = [security.timestamp === undefined ? 'Timestamp' : '', security.signature === undefined ? 'Signature' : ''];
  return missing.some((name) => name !== '') ? `no ${missing.filter((name) => name !== '').join(', no ')}` : 'both';
}

/** Signature of the message, and what it covers: that it is for this service, and of now. */
async function judgeProof(
  trail: StsTrail,
  message: ReceivedMessage,
  { certificate }: DelegationPartner,
  { at, isService }: StsGround,
): Promise<void> {
  const signed = await verifyMessage(message, { certificate }, ['To', 'Timestamp']).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    return trail.refuse('sts.signature', 'ProofInvalid', { actual: error.message });
  });
  trail.pass('sts.signature');
  const to = signed.to ?? '';
  trail.require(isService(to), 'sts.address', 'ProofInvalid', { expected: 'the address of this service', actual: to });
  const { times } = signed;
  trail.require(times !== undefined && isFresh(times, at), 'sts.timestamp', 'ProofInvalid', {
    expected: `${isoTime(at)}, give or take ${skewMs / 1_000} s`,
    actual: times === undefined ? 'no times' : `${isoTime(times.created)} to ${isoTime(times.expires)}`,
  });
}

function isFresh({ created, expires }: MessageTimes, at: Instant): boolean {
  const end = Math.min(expires, created + mostMessageLifeMs);
  return created <= expires && created - skewMs <= at && at <= end + skewMs;
}

/** For whom the token is wanted and what for. */
function judgeWishes(
  trail: StsTrail,
  { appliesTo, action, policy }: TokenRequest,
  { partners, instance }: StsGround,
): { readonly target: DelegationPartner; readonly offer: OfferName } {
  const target = partners.byUri(appliesTo) ?? partners.byUri(appliesTo.replace(/^https?:\/\//i, '').replace(/\/$/, ''));
  const known = { expected: `a URI that is registered at ${instance.issuerUri}`, actual: appliesTo };
  if (target === undefined) return trail.refuse('sts.applies-to', 'TargetUnknown', known);
  trail.pass('sts.applies-to', known);
  const offer = offerOf(action);
  if (offer === undefined) return trail.refuse('sts.offer', 'OfferUnknown', { expected: 'an offer of Exchange', actual: action });
  trail.pass('sts.offer', { actual: action });
  trail.require(policy === federatedPolicy, 'sts.policy', 'PolicyUnknown', { expected: federatedPolicy, actual: policy });
  return { target, offer };
}
