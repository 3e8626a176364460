import type { Settings } from '../../../domain/organization/settings.ts';
import { type DelegationPartner, partnersOf } from '../../../domain/trust/delegation-partners.ts';
import type { FederationInstance } from '../../../domain/trust/federation-instances.ts';
import type { Instant } from '../../../kernel/clock.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { ReceivedCall } from '../../../protocols/manage-delegation/message.ts';
import { certificateFacts } from '../../../protocols/saml/keys.ts';
import { type MessageTimes, verifyMessage } from '../../../protocols/wstrust/message.ts';
import type { ManageDelegationCheck, ManageDelegationTrail } from './manage-delegation-trail.ts';
import { isoTime, skewMs } from './sts-checks.ts';

/** Whose call it is. */
export interface ManageDelegationCaller {
  /** DER, base64: the one that the call was signed by. */
  readonly certificate: string;
  /** Undefined for CreateAppId, which makes one. */
  readonly partner: DelegationPartner | undefined;
}

/**
 * Who calls. The signature covers the Timestamp alone, so that it vouches for the sender's key and the
 * moment, never for what is asked: that, the proof of a domain and the AppId are held together with it by TLS and nothing else,
 * as in life. Which certificate it must be is our own knowledge for every operation but CreateAppId, where the one in the
 * message becomes that of the application, and where only the TXT record says that it is anybody's. Refuses with
 * InvalidPartnerCert and InvalidAppId.
 */
export async function judgeCaller(
  trail: ManageDelegationTrail,
  call: ReceivedCall,
  ground: { readonly settings: Settings; readonly instance: FederationInstance; readonly at: Instant },
): Promise<ManageDelegationCaller> {
  const { message, request } = call;
  const certificate = judgeCertificate(trail, call);
  let partner: DelegationPartner | undefined;
  if (request.operation !== 'CreateAppId') {
    const { appId } = request.parameters;
    partner = partnersOf(ground.settings, ground.instance.name).byAppId(appId.trim().toUpperCase());
    if (partner === undefined) return trail.refuse('delegation.application', { actual: appId || 'none' }, 'InvalidAppId');
    trail.pass('delegation.application', { actual: partner.appId });
    const isOwn = partner.certificate === certificate;
    const facts = { expected: identifierOf(partner.certificate), actual: identifierOf(certificate) };
    trail.require('delegation.application-certificate', isOwn, facts, 'InvalidPartnerCert');
  }
  requireInForce(trail, 'delegation.certificate-validity', certificate, ground.at);
  let times: MessageTimes | undefined;
  try {
    ({ times } = await verifyMessage(message, { certificate }, ['Timestamp']));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trail.refuse(
      'delegation.signature',
      { expected: 'a signature over the Timestamp', actual: error.message },
      'InvalidPartnerCert',
    );
  }
  trail.pass('delegation.signature');
  judgeTimes(trail, times, ground.at);
  return { certificate, partner };
}

/** The certificate (DER, base64) as it is kept and compared; undefined for what is none of an RSA key. */
export function usableCertificate(text: string): string | undefined {
  const certificate = Buffer.from(text, 'base64').toString('base64');
  try {
    certificateFacts(certificate);
    return certificate;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Refuses a certificate that is not in force; whether somebody vouches for it does not matter. */
export function requireInForce(trail: ManageDelegationTrail, check: ManageDelegationCheck, certificate: string, at: Instant): void {
  const { notBefore, notAfter } = certificateFacts(certificate);
  const facts = { expected: `${isoTime(notBefore)} to ${isoTime(notAfter)}`, actual: isoTime(at) };
  trail.require(check, notBefore <= at && at <= notAfter, facts, 'InvalidPartnerCert');
}

function judgeCertificate(trail: ManageDelegationTrail, { message }: ReceivedCall): string {
  const signer = message.security?.signer;
  const expected = 'ds:X509Data with the certificate, in the KeyInfo of a signature';
  if (signer?.by !== 'certificate') {
    return trail.refuse('delegation.certificate', { expected, actual: signer?.by ?? 'no signature' }, 'InvalidPartnerCert');
  }
  const certificate = usableCertificate(signer.certificate);
  if (certificate === undefined) {
    return trail.refuse('delegation.certificate', { expected, actual: 'no certificate of an RSA key' }, 'InvalidPartnerCert');
  }
  trail.pass('delegation.certificate', { actual: identifierOf(certificate) });
  return certificate;
}

function judgeTimes(trail: ManageDelegationTrail, times: MessageTimes | undefined, at: Instant): void {
  const expected = `within ${skewMs / 1_000} s of ${isoTime(at)}, and an end after it`;
  if (times === undefined) trail.refuse('delegation.timestamp', { expected, actual: 'no Timestamp' }, 'InvalidPartnerCert');
  const { created, expires } = times;
  // An end that is forgiven as much as the beginning is implied.
  const fits = Math.abs(at - created) <= skewMs && created < expires;
  const facts = { expected, actual: `${isoTime(created)} to ${isoTime(expires)}` };
  trail.require('delegation.timestamp', fits, facts, 'InvalidPartnerCert');
}

function identifierOf(certificate: string): string {
  return certificateFacts(certificate).subjectKeyIdentifier;
}
