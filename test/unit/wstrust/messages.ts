import {
  type Assertion,
  claimNamespaces,
  confirmationMethods,
  passwordAuthentication,
  writeAssertion,
} from '../../../shared/protocols/saml/assertion.ts';
import { referenceByIdentifier } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { signEnveloped } from '../../../shared/protocols/saml/sign.ts';
import { soap12Namespace } from '../../../shared/protocols/soap/envelope.ts';
import { type OutgoingMessage, writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { federatedPolicy, issueActions, type TokenRequest, writeTokenRequest } from '../../../shared/protocols/wstrust/request.ts';
import type { Identity } from '../saml/identities.ts';

export const now = Date.UTC(2026, 10, 21, 8, 0, 0);
export const service = 'https://login.microsoftonline.test/extSTS.srf';

/** A token request of fabrikam for contoso, all of it (MS-OXWSLVID 3.3.4.1.1). */
export function tokenRequest(requester: Identity): TokenRequest {
  const { subjectKeyIdentifier } = certificateFacts(requester.certificate);
  const Subject = {
    NameIdentifier: { Format: 'http://schemas.xmlsoap.org/claims/UPN', value: 'joe@fabrikam.test' },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.senderVouches] },
  };
  const assertion: Assertion = {
    AssertionID: 'saml-0d0b6d4e-5a04-4b4c-9a3f-0c1a2b3c4d5e',
    Issuer: 'FYDIBOHF25SPDLT.fabrikam.test',
    IssueInstant: now,
    Conditions: {
      NotBefore: now,
      NotOnOrAfter: now + 300_000,
      AudienceRestrictionCondition: [{ Audience: ['urn:federation:MicrosoftOnline'] }],
    },
    statements: [
      {
        is: 'AttributeStatement',
        value: {
          Subject,
          Attribute: [
            { AttributeName: 'EmailAddress', AttributeNamespace: claimNamespaces.identity, AttributeValue: ['joe@fabrikam.test'] },
          ],
        },
      },
      { is: 'AuthenticationStatement', value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: now, Subject } },
    ],
  };
  return {
    id: 'uuid-1',
    appliesTo: 'http://FYDIBOHF25SPDLT.contoso.test',
    onBehalfOf: signEnveloped(
      writeAssertion(assertion),
      assertion.AssertionID,
      { algorithm: 'rsa-sha1', privateKey: requester.privateKey },
      [referenceByIdentifier(subjectKeyIdentifier)],
    ),
    requestor: 'FYDIBOHF25SPDLT.fabrikam.test',
    action: 'MSExchange.SharingCalendarFreeBusy',
    policy: federatedPolicy,
  };
}

/** The signed message around it, to be written or spoilt first. */
function requestMessage(requester: Identity): OutgoingMessage {
  const { subjectKeyIdentifier } = certificateFacts(requester.certificate);
  return {
    soap: soap12Namespace,
    addressing: { action: issueActions.request, to: service, messageId: 'urn:uuid:1' },
    times: { created: now, expires: now + 300_000 },
    signature: {
      signer: { algorithm: 'rsa-sha1', privateKey: requester.privateKey },
      keyInfo: [referenceByIdentifier(subjectKeyIdentifier)],
      covers: ['To', 'Timestamp'],
    },
    body: writeTokenRequest(tokenRequest(requester)),
  };
}

/** {@link requestMessage} as text. */
export function requestText(requester: Identity): string {
  return writeMessage(requestMessage(requester)).toString();
}
