import {
  type Assertion,
  claimNamespaces,
  confirmationMethods,
  passwordAuthentication,
  writeAssertion,
} from '../../../shared/protocols/saml/assertion.ts';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { referenceByIdentifier } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { clearProofKey } from '../../../shared/protocols/saml/proof-key.ts';
import { receiveXml } from '../../../shared/protocols/saml/received.ts';
import { signEnveloped } from '../../../shared/protocols/saml/sign.ts';
import { signatureOf, verifySignature } from '../../../shared/protocols/saml/verify.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import type { Identity } from './identities.ts';

const issued = Date.UTC(2026, 10, 21, 8, 0, 0);

/** A delegation assertion as the security token service makes it (its shape: CoreWCF, SamlSerializer tests). */
export function delegationAssertion(): Assertion {
  const subject = {
    NameIdentifier: { Format: 'http://schemas.xmlsoap.org/claims/upn', value: 'joe@fabrikam.test' },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.holderOfKey], KeyInfo: clearProofKey(Buffer.alloc(32, 7)) },
  };
  const claim = (AttributeName: string, AttributeNamespace: string, ...AttributeValue: string[]) => ({
    AttributeName,
    AttributeNamespace,
    AttributeValue,
  });
  return {
    AssertionID: 'uuid-6d2c1f7e-0c0e-4b0e-9e9b-3f1f2f3f4f5f',
    Issuer: 'urn:federation:MicrosoftOnline',
    IssueInstant: issued,
    Conditions: {
      NotBefore: issued,
      NotOnOrAfter: issued + 300_000,
      AudienceRestrictionCondition: [{ Audience: ['http://FYDIBOHF25SPDLT.contoso.test'] }],
    },
    statements: [
      {
        is: 'AuthenticationStatement',
        value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: issued, Subject: subject },
      },
      {
        is: 'AttributeStatement',
        value: {
          Subject: subject,
          Attribute: [
            claim('EmailAddress', claimNamespaces.claims, 'joe@fabrikam.test'),
            claim('RequestorDomain', claimNamespaces.microsoft, 'fabrikam.test'),
            claim('action', claimNamespaces.authorization, 'MSExchange.SharingCalendarFreeBusy'),
          ],
        },
      },
    ],
  };
}

/** The same, signed by an identity. */
export function signedAssertion(by: Identity, algorithm: 'rsa-sha1' | 'rsa-sha256' = 'rsa-sha1'): XmlElement {
  const assertion = delegationAssertion();
  const { subjectKeyIdentifier } = certificateFacts(by.certificate);
  return signEnveloped(writeAssertion(assertion), assertion.AssertionID, { algorithm, privateKey: by.privateKey }, [
    referenceByIdentifier(subjectKeyIdentifier),
  ]);
}

/** {@link signedAssertion} as text. */
export function signedText(by: Identity, algorithm: 'rsa-sha1' | 'rsa-sha256' = 'rsa-sha1'): string {
  return canonicalXml(signedAssertion(by, algorithm));
}

/** Verifies the signature of the assertion that is the document element, as a receiver does; the signed content. */
export async function verifyDocument(octets: Uint8Array | string, by: Identity, isSha1Allowed = true): Promise<XmlElement> {
  const received = receiveXml(Buffer.from(octets));
  const { root } = received;
  const signature = signatureOf(root);
  const [content] = await verifySignature({ received, signature, covers: [root], key: { certificate: by.certificate }, isSha1Allowed });
  if (content === undefined) throw new Error('nothing was signed');
  return content;
}
