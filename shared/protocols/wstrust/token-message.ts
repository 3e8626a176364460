import { Refusal } from '../../kernel/refusal.ts';
import type { XmlElement } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { namespaces } from '../saml/namespaces.ts';
import { type EnvelopeRefusal, soap12Namespace } from '../soap/envelope.ts';
import { type MessageRefusal, type ReceivedMessage, readMessage } from './message.ts';
import { issueActions } from './request.ts';

/**
 * Why a document is no message that asks for a token. `NotXml`: malformed, too large, with a document type declaration.
 * `ActionNotSupported`: it wants something else. `HeaderNotUnderstood`: it has a header that must be understood and is not.
 */
export type TokenMessageRefusal = EnvelopeRefusal | MessageRefusal | 'NotXml' | 'ActionNotSupported' | 'HeaderNotUnderstood';

/** Reads a SOAP 1.2 message that asks for a token. Nothing in it is vouched for. Throws a `Refusal<TokenMessageRefusal>`. */
export function readTokenMessage(octets: Uint8Array): ReceivedMessage {
  const message = read(octets);
  const { action = 'no Action' } = message.addressing;
  if (action !== issueActions.request) throw refusal('ActionNotSupported', action);
  const foreign = message.header.find((part) => isDemanded(part) && !isUnderstood(part));
  if (foreign !== undefined) throw refusal('HeaderNotUnderstood', foreign.name);
  return message;
}

function read(octets: Uint8Array): ReceivedMessage {
  try {
    return readMessage(octets, soap12Namespace);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw refusal('NotXml', error.message);
  }
}

/** SOAP 1.2 part 1, 5.2.3. */
function isDemanded({ attributes }: XmlElement): boolean {
  return attributes.some(
    ({ namespace, name, value }) => namespace === soap12Namespace && name === 'mustUnderstand' && /^(?:1|true)$/.test(value.trim()),
  );
}

function isUnderstood({ namespace, name }: XmlElement): boolean {
  return namespace === namespaces.wsa || (namespace === namespaces.wsse && name === 'Security');
}

function refusal(code: TokenMessageRefusal, detail: string): Refusal<TokenMessageRefusal> {
  return new Refusal(code, { detail });
}
