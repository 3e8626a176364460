import { type OfferName, offerDurationMs } from '../../../domain/trust/offers.ts';
import { present } from '../../../kernel/assert.ts';
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
import { referenceByIdentifier } from '../../../protocols/saml/key-info.ts';
import { certificateFacts } from '../../../protocols/saml/keys.ts';
import { signEnveloped } from '../../../protocols/saml/sign.ts';
import { soap12Namespace } from '../../../protocols/soap/envelope.ts';
import { writeMessage } from '../../../protocols/wstrust/message.ts';
import { applicationAddress, federatedPolicy, issueActions, writeTokenRequest } from '../../../protocols/wstrust/request.ts';

/** What an organisation asks the security token service for: a token by which one of its users is known at another one. */
export interface DelegationRequest {
  /** TokenIssuerUri of the federation trust: the audience of the on-behalf-of assertion. */
  readonly issuerUri: string;
  /** TokenIssuerEpr: where the request goes. */
  readonly tokenIssuerEpr: string;
  /** ApplicationUri of the organisation that asks. */
  readonly applicationUri: string;
  /** ApplicationUri of the organisation that the token is for. */
  readonly target: string;
  readonly offer: OfferName;
  /** `emailAddresses`: the primary one first; there is at least one. */
  readonly user: { readonly userPrincipalName: string; readonly emailAddresses: readonly string[] };
  /** The organisation's current federation certificate, DER, base64. */
  readonly certificate: string;
  /** Its key: PKCS #8, PEM. */
  readonly privateKey: string;
  readonly at: Instant;
  readonly ids: Pick<Identifiers, 'guid'>;
}

const messageLifeMs = 300_000;

/**
 * The token request as Exchange sends it (MS-OXWSLVID 3.3.4.1.1): a SOAP 1.2 message, To and Timestamp signed, with an
 * on-behalf-of assertion that the organisation has signed itself, in the clear. A user without an address is a defect; throws
 * a `Refusal<KeyRefusal>` for a certificate or key that cannot be used.
 */
export function writeDelegationRequest(request: DelegationRequest): Buffer {
  const { tokenIssuerEpr, applicationUri, target, offer, privateKey, at, ids } = request;
  const signer = { algorithm: 'rsa-sha1', privateKey } as const;
  const keyInfo = [referenceByIdentifier(certificateFacts(request.certificate).subjectKeyIdentifier)];
  const assertion = onBehalfOfAssertion(request);
  return writeMessage({
    soap: soap12Namespace,
    addressing: { action: issueActions.request, to: tokenIssuerEpr, messageId: `urn:uuid:${ids.guid()}` },
    times: { created: at, expires: at + messageLifeMs },
    signature: { signer, keyInfo, covers: ['To', 'Timestamp'] },
    body: writeTokenRequest({
      id: `uuid-${ids.guid()}`,
      appliesTo: applicationAddress(target),
      onBehalfOf: signEnveloped(writeAssertion(assertion), assertion.AssertionID, signer, keyInfo),
      requestor: applicationUri,
      action: offer,
      policy: federatedPolicy,
    }),
  });
}

/** The on-behalf-of assertion, unsigned: who the user is, in the words of the organisation (interoperability; not published). */
export function onBehalfOfAssertion({ issuerUri, applicationUri, offer, user, at, ids }: DelegationRequest): Assertion {
  const primary = present(user.emailAddresses[0], 'an address of the user');
  const subject: SamlSubject = {
    NameIdentifier: { Format: nameFormats.upn, value: user.userPrincipalName },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.senderVouches] },
  };
  const claim = (AttributeName: string, AttributeValue: readonly string[]) => ({
    AttributeName,
    AttributeNamespace: claimNamespaces.identity,
    AttributeValue: [...AttributeValue],
  });
  const others = user.emailAddresses.slice(1);
  return {
    AssertionID: `saml-${ids.guid()}`,
    Issuer: applicationUri,
    IssueInstant: at,
    Conditions: {
      NotBefore: at,
      NotOnOrAfter: at + offerDurationMs(offer),
      AudienceRestrictionCondition: [{ Audience: [issuerUri] }],
    },
    statements: [
      {
        is: 'AttributeStatement',
        value: {
          Subject: subject,
          Attribute: [claim('EmailAddress', [primary]), ...(others.length === 0 ? [] : [claim('EmailAddressList', others)])],
        },
      },
      {
        is: 'AuthenticationStatement',
        value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: at, Subject: subject },
      },
    ],
  };
}
