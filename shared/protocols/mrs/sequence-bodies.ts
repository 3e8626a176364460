import { Refusal } from '../../kernel/refusal.ts';
import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { addressing, reliable } from './namespaces.ts';

/** What a client asks for with CreateSequence. */
export interface SequenceWanted {
  /** Where acknowledgements go. */
  readonly acksTo: string;
  /** Identifier of the sequence that it offers for the answers; undefined: none. */
  readonly offered: string | undefined;
}

/** A body of WS-ReliableMessaging that is none. */
export type SequenceBodyRefusal = 'SequenceBodyMalformed';

export function createSequence({ acksTo, offered }: SequenceWanted): XmlElement {
  const offer = offered === undefined ? [] : [element(reliable, 'Offer', [element(reliable, 'Identifier', [offered])])];
  return element(reliable, 'CreateSequence', [endpoint('AcksTo', acksTo), ...offer]);
}

/** Throws a `Refusal<SequenceBodyRefusal>`. */
export function readCreateSequence(body: XmlElement | undefined): SequenceWanted {
  const of = named(body, 'CreateSequence');
  const offer = child(of, reliable, 'Offer');
  return { acksTo: addressIn(child(of, reliable, 'AcksTo')), offered: offer === undefined ? undefined : identifierIn(offer) };
}

/** @param acksTo the address of the endpoint, which takes the offered sequence's acknowledgements */
export function createSequenceResponse(identifier: string, acksTo: string): XmlElement {
  return element(reliable, 'CreateSequenceResponse', [
    element(reliable, 'Identifier', [identifier]),
    element(reliable, 'Accept', [endpoint('AcksTo', acksTo)]),
  ]);
}

/** The identifier that the other side has given. Throws a `Refusal<SequenceBodyRefusal>`, where the offer was not accepted too. */
export function readCreateSequenceResponse(body: XmlElement | undefined): string {
  const of = named(body, 'CreateSequenceResponse');
  addressIn(child(child(of, reliable, 'Accept') ?? of, reliable, 'AcksTo'));
  return identifierIn(of);
}

export function terminateSequence(identifier: string): XmlElement {
  return element(reliable, 'TerminateSequence', [element(reliable, 'Identifier', [identifier])]);
}

/** The identifier of the sequence that ends. Throws a `Refusal<SequenceBodyRefusal>`. */
export function readTerminateSequence(body: XmlElement | undefined): string {
  return identifierIn(named(body, 'TerminateSequence'));
}

function endpoint(name: string, address: string): XmlElement {
  return element(reliable, name, [element(addressing, 'Address', [address])]);
}

function named(body: XmlElement | undefined, name: string): XmlElement {
  if (body?.namespace !== reliable || body.name !== name) throw refusal(`${body?.name ?? 'nothing'} instead of ${name}`);
  return body;
}

function addressIn(of: XmlElement | undefined): string {
  const address = of === undefined ? undefined : child(of, addressing, 'Address');
  if (address === undefined) throw refusal('an address is missing');
  return text(address).trim();
}

const longestIdentifier = 256;

function identifierIn(of: XmlElement): string {
  const found = child(of, reliable, 'Identifier');
  const identifier = found === undefined ? '' : text(found).trim();
  if (identifier === '' || identifier.length > longestIdentifier) throw refusal(`${of.name} names no sequence`);
  return identifier;
}

function refusal(detail: string): Refusal<SequenceBodyRefusal> {
  return new Refusal('SequenceBodyMalformed', { detail });
}
