import { randomBytes } from 'node:crypto';
import type { FederationInstance } from '../../../domain/trust/federation-instances.ts';
import { offerDurationMs } from '../../../domain/trust/offers.ts';
import type { SigningKey } from '../../../domain/trust/signing-keys.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { Identifiers } from '../../../kernel/ids.ts';
import {
  type Assertion,
  claimNamespaces,
  confirmationMethods,
  nameFormats,
  passwordAuthentication,
  type SamlSubject,
  writeAssertion,
} from '../../../protocols/saml/assertion.ts';
import { canonicalXml } from '../../../protocols/saml/canonical.ts';
import { encryptElementText } from '../../../protocols/saml/encrypt.ts';
import { referenceByIdentifier } from '../../../protocols/saml/key-info.ts';
import { certificateFacts } from '../../../protocols/saml/keys.ts';
import { clearProofKey } from '../../../protocols/saml/proof-key.ts';
import { signEnveloped } from '../../../protocols/saml/sign.ts';
import type { TokenResponse } from '../../../protocols/wstrust/response.ts';
import { type OtherClaims, withOtherClaims } from './other-claims.ts';
import type { JudgedTokenRequest } from './sts-judge.ts';

/** What a delegation token is made with. */
export interface IssueGround {
  readonly instance: Pick<FederationInstance, 'issuerUri'>;
  /** The key that signs: the active one. */
  readonly signer: Pick<SigningKey, 'certificate' | 'privateKey'>;
  readonly at: Instant;
  readonly ids: Pick<Identifiers, 'guid'>;
  /** Of a fault rule. */
  readonly otherClaims?: OtherClaims | undefined;
}

/** What a delegation token is about; a part of {@link JudgedTokenRequest}. */
export type DelegationClaims = Pick<JudgedTokenRequest, 'appliesTo' | 'offer' | 'user'> & {
  readonly target: Pick<JudgedTokenRequest['target'], 'certificate'>;
};

const proofKeyOctets = 32;

/** A delegation token before it is encrypted. */
export interface SignedDelegationToken extends Omit<TokenResponse, 'token'> {
  /** The assertion in its canonical form. */
  readonly text: string;
  /** Whom it is for: DER, base64. */
  readonly certificate: string;
}

/**
 * A delegation token with its proof key (its shape: CoreWCF, SamlSerializer tests): an assertion signed by the service and
 * readable by the target alone, good for as long as its offer. Throws a `Refusal<KeyRefusal>` for a certificate or key that cannot be used.
 */
export function issueDelegationToken(ground: IssueGround, judged: DelegationClaims): TokenResponse {
  return sealDelegationToken(signDelegationToken(ground, judged));
}

/** The assertion of {@link issueDelegationToken}, signed. */
export function signDelegationToken(ground: IssueGround, judged: DelegationClaims): SignedDelegationToken {
  const proofKey = randomBytes(proofKeyOctets);
  const usual = delegationAssertion(ground, judged, proofKey);
  const assertion = ground.otherClaims === undefined ? usual : withOtherClaims(usual, ground.otherClaims);
  const { privateKey, certificate } = ground.signer;
  const keyInfo = [referenceByIdentifier(certificateFacts(certificate).subjectKeyIdentifier)];
  const signed = signEnveloped(writeAssertion(assertion), assertion.AssertionID, { algorithm: 'rsa-sha1', privateKey }, keyInfo);
  return {
    appliesTo: judged.appliesTo,
    lifetime: { created: ground.at, expires: ground.at + offerDurationMs(judged.offer) },
    text: canonicalXml(signed),
    certificate: judged.target.certificate,
    assertionId: assertion.AssertionID,
    proofKey,
  };
}

/** Encrypts it for its target. */
export function sealDelegationToken({ text, certificate, ...of }: SignedDelegationToken): TokenResponse {
  return { ...of, token: encryptElementText(text, certificate) };
}

/** The assertion inside a delegation token, unsigned: the audience is the target as the requester spells it. */
function delegationAssertion(
  { instance, at, ids }: Omit<IssueGround, 'signer'>,
  { appliesTo, offer, user }: Omit<DelegationClaims, 'target'>,
  proofKey: Buffer,
): Assertion {
  const { Format: format, value } = user.name;
  const subject: SamlSubject = {
    NameIdentifier: { Format: format === nameFormats.upn ? nameFormats.issuedUpn : format, value },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.holderOfKey], KeyInfo: clearProofKey(proofKey) },
  };
  const claim = (AttributeNamespace: string, AttributeName: string, text: string) => ({
    AttributeName,
    AttributeNamespace,
    AttributeValue: [text],
  });
  return {
    AssertionID: `uuid-${ids.guid()}`,
    Issuer: instance.issuerUri,
    IssueInstant: at,
    Conditions: {
      NotBefore: at,
      NotOnOrAfter: at + offerDurationMs(offer),
      AudienceRestrictionCondition: [{ Audience: [appliesTo] }],
    },
    statements: [
      {
        is: 'AuthenticationStatement',
        value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: at, Subject: subject },
      },
      {
        is: 'AttributeStatement',
        value: {
          Subject: subject,
          Attribute: [
            claim(claimNamespaces.claims, 'EmailAddress', user.emailAddress),
            claim(claimNamespaces.microsoft, 'RequestorDomain', user.domain),
            claim(claimNamespaces.authorization, 'action', offer),
            claim(claimNamespaces.microsoft, 'ThirdPartyRequested', 'True'),
          ],
        },
      },
    ],
  };
}
