import { type DelegationRequest, onBehalfOfAssertion } from '../../shared/bridges/authority/federation/on-behalf-of.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { type Assertion, writeAssertion } from '../../shared/protocols/saml/assertion.ts';
import { referenceByIdentifier } from '../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../shared/protocols/saml/keys.ts';
import { signEnveloped } from '../../shared/protocols/saml/sign.ts';
import { soap12Namespace } from '../../shared/protocols/soap/envelope.ts';
import { type OutgoingMessage, writeMessage } from '../../shared/protocols/wstrust/message.ts';
import {
  applicationAddress,
  federatedPolicy,
  issueActions,
  type TokenRequest,
  writeTokenRequest,
} from '../../shared/protocols/wstrust/request.ts';
import type { XmlElement } from '../../shared/xml/element.ts';

/** Where a request is spoilt on its way: before its parts are signed, after that, or in the text that is sent. */
export interface Spoiling {
  readonly assertion?: (assertion: Assertion) => Assertion;
  /** By whom the assertion is signed instead; `none`: by nobody. */
  readonly assertionBy?: { readonly certificate: string; readonly privateKey: string } | 'none';
  readonly onBehalfOf?: (signed: XmlElement) => XmlElement;
  readonly request?: (request: TokenRequest) => TokenRequest;
  readonly message?: (message: OutgoingMessage) => OutgoingMessage;
  readonly text?: (text: string) => string;
}

/** Ids that repeat from run to run. */
export function requestIds(seed = 'requests'): DelegationRequest['ids'] {
  return createIdentifiers(seededRandom(seed));
}

/** A token request as `writeDelegationRequest` makes it, spoilt where it is wanted. */
export function spoiltRequest(asked: DelegationRequest, spoiling: Spoiling = {}): Buffer {
  const same = <Value>(value: Value): Value => value;
  const { assertion: inAssertion = same, assertionBy = asked, onBehalfOf = same, request = same, message = same, text = same } = spoiling;
  const assertion = inAssertion(onBehalfOfAssertion(asked));
  const signed = assertionBy === 'none' ? writeAssertion(assertion) : signedBy(assertion, assertionBy);
  const outgoing: OutgoingMessage = {
    soap: soap12Namespace,
    addressing: { action: issueActions.request, to: asked.tokenIssuerEpr, messageId: `urn:uuid:${asked.ids.guid()}` },
    times: { created: asked.at, expires: asked.at + 300_000 },
    signature: { signer: { algorithm: 'rsa-sha1', privateKey: asked.privateKey }, keyInfo: keyInfoOf(asked), covers: ['To', 'Timestamp'] },
    body: writeTokenRequest(
      request({
        id: `uuid-${asked.ids.guid()}`,
        appliesTo: applicationAddress(asked.target),
        onBehalfOf: onBehalfOf(signed),
        requestor: asked.applicationUri,
        action: asked.offer,
        policy: federatedPolicy,
      }),
    ),
  };
  return Buffer.from(text(writeMessage(message(outgoing)).toString()));
}

type Signing = Pick<DelegationRequest, 'certificate' | 'privateKey'>;

function signedBy(assertion: Assertion, by: Signing): XmlElement {
  const signer = { algorithm: 'rsa-sha1', privateKey: by.privateKey } as const;
  return signEnveloped(writeAssertion(assertion), assertion.AssertionID, signer, keyInfoOf(by));
}

function keyInfoOf({ certificate }: Signing): readonly XmlElement[] {
  return [referenceByIdentifier(certificateFacts(certificate).subjectKeyIdentifier)];
}
