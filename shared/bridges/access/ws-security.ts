import type { Settings } from '../../domain/organization/settings.ts';
import type { OfferName } from '../../domain/trust/offers.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { confirmationMethods, type SamlSubject } from '../../protocols/saml/assertion.ts';
import { certificateFacts } from '../../protocols/saml/keys.ts';
import { namespaces } from '../../protocols/saml/namespaces.ts';
import { readProofKey } from '../../protocols/saml/proof-key.ts';
import { receiveXml } from '../../protocols/saml/received.ts';
import type { VerificationKey } from '../../protocols/saml/verify.ts';
import { openEnvelope, soapNamespace } from '../../protocols/soap/envelope.ts';
import type { SoapFault } from '../../protocols/soap/fault.ts';
import { mustUnderstandFault, notUnderstood } from '../../protocols/soap/must-understand.ts';
import { readAddressing } from '../../protocols/wstrust/addressing.ts';
import { receiverFault } from '../../protocols/wstrust/faults.ts';
import { type CoveredPart, type MessageTimes, type ReceivedMessage, readMessage, verifyMessage } from '../../protocols/wstrust/message.ts';
import { clockSkewMs } from './delegation-claims.ts';
import { judgeTokenOn, recipientKeys } from './delegation-token.ts';
import { type DelegationCheck, type DelegationResult, DelegationTrail, type MessageResult, tokenOrder } from './delegation-trail.ts';
import type { ExternalCaller } from './external-caller.ts';

type XmlElement = ReceivedMessage['body'];

/**
 * What a message must prove, by the end of the path it came to (OfficeDev/ews-managed-api). `token`, `/WSSecurity`: nothing but a
 * token. `proof`, `/WSSecurity/SymmetricKey`: that its sender has the token's key. `certificate`, `/WSSecurity/X509Cert`: that
 * its sender has the key of a certificate, without any token.
 */
export type WsSecurityDoor = 'token' | 'proof' | 'certificate';

/** A SOAP 1.1 message whose security has not been looked at. All of its parts are nodes of one document. */
export interface SecuredMessage extends ReceivedMessage {
  /** Why wsse:Security cannot be read; then `security` is undefined. */
  readonly malformed?: string;
}

/**
 * Reads a message, within the limits of signed ones (saml/received.ts). Throws `XmlSyntaxError` and
 * `Refusal<EnvelopeRefusal>`.
 */
export function readSecuredMessage(octets: Uint8Array): SecuredMessage {
  try {
    return readMessage(octets, soapNamespace);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'SecurityMalformed') throw error;
    const received = receiveXml(octets);
    const { header, body } = openEnvelope(received.root);
    return { received, header, body, addressing: readAddressing(header), security: undefined, malformed: error.detail ?? error.code };
  }
}

export interface WsSecurityQuestion {
  readonly door: WsSecurityDoor;
  /** Whether the virtual directory takes such messages. */
  readonly isOffered: boolean;
  readonly settings: Settings;
  readonly at: Instant;
  /** See `DelegationQuestion` (delegation-token.ts), as for `identity`. */
  readonly offers: readonly OfferName[] | undefined;
  readonly identity: 'relationship' | 'operation';
  /** Whether the service acts on a header besides those of WS-Addressing and WS-Security. */
  readonly understands: (block: XmlElement) => boolean;
}

/** What came of a message: who sent it, or the fault that it is answered with. */
export type JudgedMessage = {
  readonly verdict: Verdict;
  /** What was in the encrypted token, where it could be read. */
  readonly assertion: string | undefined;
} & (
  | { readonly caller: ExternalCaller; readonly refusal?: never }
  | {
      readonly refusal: Refusal<DelegationResult | MessageResult | 'MustUnderstand'>;
      readonly fault: SoapFault;
    }
);

/**
 * Judges the security of a message. Header and body may be used when a caller is answered: the token vouches for the sender
 * alone, nothing ties it to the body, and of the parts that a signature covers (Timestamp, To) only what
 * was signed has been looked at. Headers that nobody understands are refused last, so that strangers learn nothing from it.
 */
export async function judgeWsSecurity(message: SecuredMessage, question: WsSecurityQuestion): Promise<JudgedMessage> {
  const trail = new DelegationTrail(orders[question.door]);
  try {
    const caller = await judgeOn(trail, message, question);
    const unknown = notUnderstood(message.header, (block) => isCommon(block) || question.understands(block));
    if (unknown === undefined) return { ...toldBy(trail), caller };
    const refusal = new Refusal('MustUnderstand', { detail: `${unknown.namespace.slice(0, 256)} ${unknown.name.slice(0, 256)}` });
    return { ...toldBy(trail), refusal, fault: mustUnderstandFault(unknown) };
  } catch (error) {
    const { failure } = trail;
    if (!(error instanceof Refusal) || failure === undefined) throw error;
    return {
      ...toldBy(trail),
      refusal: error as Refusal<DelegationResult | MessageResult>,
      fault: receiverFault(failure.fault),
    };
  }
}

function toldBy(trail: DelegationTrail): Pick<JudgedMessage, 'verdict' | 'assertion'> {
  return { verdict: trail.verdict(), assertion: trail.assertion };
}

const orders: Readonly<Record<WsSecurityDoor, readonly DelegationCheck[]>> = {
  token: ['dauth.offered', 'dauth.security', ...tokenOrder],
  proof: ['dauth.offered', 'dauth.security', ...tokenOrder, 'dauth.proof-key', 'dauth.message-signature', 'dauth.message-times'],
  certificate: [
    'dauth.offered',
    'dauth.security',
    'dauth.certificate',
    'dauth.message-signature',
    'dauth.message-times',
    'dauth.certificate-owner',
  ],
};

const addressingHeaders: ReadonlySet<string> = new Set(['Action', 'To', 'From', 'ReplyTo', 'FaultTo', 'MessageID', 'RelatesTo']);

function isCommon({ namespace, name }: XmlElement): boolean {
  return namespace === namespaces.wsa ? addressingHeaders.has(name) : namespace === namespaces.wsse && name === 'Security';
}

type Secured = SecuredMessage & { readonly security: NonNullable<SecuredMessage['security']> };

async function judgeOn(trail: DelegationTrail, message: SecuredMessage, question: WsSecurityQuestion): Promise<ExternalCaller> {
  if (!question.isOffered) {
    const looked = { expected: 'WSSecurityAuthentication True', actual: 'False' };
    trail.fail('dauth.offered', { result: 'SecurityNotOffered', fault: 'InvalidSecurity', ...looked });
  }
  trail.pass('dauth.offered');
  const secured = requireSecurity(trail, message, question.door);
  if (question.door === 'certificate') return judgeCertificate(trail, secured, question.at);
  const token = secured.security.token ?? missing();
  const { caller, subject } = await judgeTokenOn(trail, { ...question, token });
  if (question.door === 'proof') await judgeProof(trail, secured, subject, question);
  return caller;
}

function missing(): never {
  throw new Error('defect: a message without a token was let pass');
}

function requireSecurity(trail: DelegationTrail, message: SecuredMessage, door: WsSecurityDoor): Secured {
  const { security, malformed } = message;
  if (security === undefined || (door !== 'certificate' && security.token === undefined)) {
    return trail.fail('dauth.security', {
      result: 'SecurityHeaderInvalid',
      fault: 'InvalidSecurity',
      expected: door === 'certificate' ? 'one wsse:Security' : 'one wsse:Security with a token',
      actual: malformed ?? (security === undefined ? 'no wsse:Security' : 'no token'),
    });
  }
  trail.pass('dauth.security');
  return { ...message, security };
}

/** That the sender has the token's key: it has signed the Timestamp, and nothing besides. */
async function judgeProof(
  trail: DelegationTrail,
  message: Secured,
  subject: SamlSubject,
  { settings, at }: WsSecurityQuestion,
): Promise<void> {
  const secret = proofKeyOf(subject, settings);
  if (secret === undefined) {
    trail.fail('dauth.proof-key', {
      result: 'InvalidMessageSignature',
      fault: 'FailedAuthentication',
      expected: 'a holder-of-key confirmation with a key in it',
    });
  }
  trail.pass('dauth.proof-key');
  await judgeSignedTimes(trail, message, { key: { secret }, covers: ['Timestamp'], at });
}

/** Nothing is told about a key that cannot be unwrapped, as of the token itself. */
function proofKeyOf({ SubjectConfirmation }: SamlSubject, settings: Settings): Buffer | undefined {
  if (SubjectConfirmation?.KeyInfo === undefined) return undefined;
  if (!SubjectConfirmation.ConfirmationMethod.includes(confirmationMethods.holderOfKey)) return undefined;
  try {
    return readProofKey(SubjectConfirmation.KeyInfo, recipientKeys(settings));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The signature is verified, and then refused: no certificate stands for anybody in this environment (README, known gaps). */
async function judgeCertificate(trail: DelegationTrail, message: Secured, at: Instant): Promise<never> {
  const certificate = certificateOf(message);
  if (certificate === undefined) {
    trail.fail('dauth.certificate', {
      result: 'InvalidCertificate',
      fault: 'FailedAuthentication',
      expected: 'a signature by an RSA certificate in the message',
    });
  }
  trail.pass('dauth.certificate');
  await judgeSignedTimes(trail, message, { key: { certificate }, covers: ['To', 'Timestamp'], at });
  return trail.fail('dauth.certificate-owner', {
    result: 'InvalidCertificate',
    fault: 'FailedAuthentication',
    expected: 'a certificate that somebody is known by',
    actual: 'nobody is known by a certificate',
  });
}

/** The certificate that the signature refers to: a BinarySecurityToken, or in KeyInfo itself. */
function certificateOf({ security }: Secured): string | undefined {
  const { signer } = security;
  const brought =
    signer?.by === 'reference' ? security.certificates.get(signer.id) : signer?.by === 'certificate' ? signer.certificate : undefined;
  if (brought === undefined) return undefined;
  try {
    certificateFacts(brought);
    return brought;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function judgeSignedTimes(
  trail: DelegationTrail,
  message: Secured,
  { key, covers, at }: { readonly key: VerificationKey; readonly covers: readonly CoveredPart[]; readonly at: Instant },
): Promise<void> {
  const fault = 'FailedAuthentication';
  let times: MessageTimes | undefined;
  try {
    ({ times } = await verifyMessage(message, key, covers));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const actual = `${error.code}: ${error.detail ?? ''}`;
    return trail.fail('dauth.message-signature', { result: 'InvalidMessageSignature', fault, actual });
  }
  trail.pass('dauth.message-signature', covers.join(', '));
  if (times === undefined || !isInTime(times, at)) {
    const actual =
      times === undefined ? 'no times' : `from ${new Date(times.created).toISOString()} to ${new Date(times.expires).toISOString()}`;
    const expected = `${new Date(at).toISOString()}, give or take five minutes`;
    trail.fail('dauth.message-times', { result: 'InvalidMessageSignature', fault, expected, actual });
  }
  trail.pass('dauth.message-times');
}

/** A message lives five minutes, however long its sender lets it, plus what the clocks may differ. */
function isInTime({ created, expires }: MessageTimes, at: Instant): boolean {
  return at >= created - clockSkewMs && at < Math.min(expires, created + messageLifeMs) + clockSkewMs;
}

const messageLifeMs = 300_000;
