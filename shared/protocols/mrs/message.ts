import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { type ParseLimits, parseXml } from '../../xml/parse.ts';
import { writeXmlOctets } from '../../xml/write.ts';
import { soap12Namespace } from '../soap/envelope.ts';
import { addressing, anonymous, arrays, data, exchangeTypes, flowControl, reliable, tempuri } from './namespaces.ts';

/** Where a message stands in its sequence. */
export interface SequencePlace {
  readonly identifier: string;
  /** From 1. */
  readonly number: number;
  readonly isLast: boolean;
}

/** What has come of a sequence: ranges, both ends included. */
export interface Acknowledgement {
  readonly identifier: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** How many more messages the receiver has room for, where it says so. */
  readonly remaining?: number | undefined;
}

/** A SOAP 1.2 message with what its header says. */
export interface MrsMessage {
  readonly action: string;
  readonly messageId?: string | undefined;
  readonly relatesTo?: string | undefined;
  readonly to?: string | undefined;
  /** Address of ReplyTo. */
  readonly replyTo?: string | undefined;
  readonly sequence?: SequencePlace | undefined;
  readonly acknowledgements?: readonly Acknowledgement[];
  /** Identifiers of sequences of which the sender wants to know what has come. */
  readonly acknowledgementsAsked?: readonly string[];
  /** Whose mailbox it is about (`MailboxGuid` header). */
  readonly mailboxGuid?: string | undefined;
  /** The one element inside Body; undefined: Body is empty, as in LastMessage. */
  readonly body?: XmlElement | undefined;
}

/**
 * Why octets that are XML are no message. `HeaderNotUnderstood` has the header's `Name` and `Namespace`; `AddressingHeaderRequired`:
 * there is no Action.
 */
export type MessageRefusal = 'NotAnEnvelope' | 'VersionMismatch' | 'HeaderNotUnderstood' | 'HeaderMalformed' | 'AddressingHeaderRequired';

/**
 * Bounds of a message: levels as published for the endpoint's readerQuotas (maxDepth 32), octets and elements ours. A string or an array
 * of octets has at most {@link longestValue}.
 */
export const messageLimits: ParseLimits = { maxBytes: 8 * 1_048_576, maxDepth: 32, maxElements: 200_000 };
/** maxStringContentLength and maxArrayLength of the published binding, in octets. */
export const longestValue = 1_048_576;

const understood: ReadonlySet<string> = new Set([addressing, reliable, flowControl, exchangeTypes]);

/** Reads a message. Throws `XmlSyntaxError` or a `Refusal<MessageRefusal>`. */
export function readMrsMessage(octets: Uint8Array): MrsMessage {
  const { header, body } = openMessage(parseXml(octets, messageLimits, { longOctets: true }));
  const foreign = header.find((block) => mustBeUnderstood(block) && !understood.has(block.namespace));
  if (foreign !== undefined)
    throw new Refusal<MessageRefusal>('HeaderNotUnderstood', { values: { Name: foreign.name, Namespace: foreign.namespace } });
  const blocks = (namespace: string, name: string): XmlElement[] =>
    header.filter((block) => block.namespace === namespace && block.name === name);
  const only = (namespace: string, name: string): XmlElement | undefined => {
    const [found, another] = blocks(namespace, name);
    if (another !== undefined) throw refusal('HeaderMalformed', `several ${name}`);
    return found;
  };
  const textOf = (namespace: string, name: string): string | undefined => {
    const found = only(namespace, name);
    return found === undefined ? undefined : text(found).trim();
  };
  const action = textOf(addressing, 'Action');
  if (action === undefined || action === '') throw refusal('AddressingHeaderRequired', 'no Action');
  const replyTo = only(addressing, 'ReplyTo');
  const sequence = only(reliable, 'Sequence');
  return {
    action,
    messageId: textOf(addressing, 'MessageID'),
    relatesTo: textOf(addressing, 'RelatesTo'),
    to: textOf(addressing, 'To'),
    replyTo: replyTo === undefined ? undefined : textIn(replyTo, addressing, 'Address'),
    sequence: sequence === undefined ? undefined : placeIn(sequence),
    acknowledgements: blocks(reliable, 'SequenceAcknowledgement').map(acknowledgementIn),
    acknowledgementsAsked: blocks(reliable, 'AckRequested').map(identifierIn),
    mailboxGuid: textOf(exchangeTypes, 'MailboxGuid'),
    body,
  };
}

/** A SOAP 1.2 envelope whose Body may be empty. */
function openMessage(root: XmlElement): { readonly header: readonly XmlElement[]; readonly body: XmlElement | undefined } {
  if (root.name !== 'Envelope') throw refusal('NotAnEnvelope', `the document element is ${root.name}`);
  if (root.namespace !== soap12Namespace) throw refusal('VersionMismatch', `the envelope's namespace is ${root.namespace}`);
  const parts = elements(root);
  const names = parts.map(({ namespace, name }) => (namespace === soap12Namespace ? name : '')).join(' ');
  if (names !== 'Header Body' && names !== 'Body') throw refusal('NotAnEnvelope', 'an envelope has a Header and a Body');
  const header = parts.length === 2 ? parts[0] : undefined;
  const [body, another] = elements(parts.at(-1) ?? root);
  if (another !== undefined) throw refusal('NotAnEnvelope', 'Body holds several elements');
  return { header: header === undefined ? [] : elements(header), body };
}

function mustBeUnderstood({ attributes }: XmlElement): boolean {
  return attributes.some(
    ({ namespace, name, value }) => namespace === soap12Namespace && name === 'mustUnderstand' && /^\s*(?:1|true)\s*$/.test(value),
  );
}

function placeIn(block: XmlElement): SequencePlace {
  const number = countIn(textIn(block, reliable, 'MessageNumber'), 'MessageNumber');
  if (number === 0) throw refusal('HeaderMalformed', 'messages are numbered from 1');
  return { identifier: identifierIn(block), number, isLast: child(block, reliable, 'LastMessage') !== undefined };
}

function acknowledgementIn(block: XmlElement): Acknowledgement {
  const ranges = elements(block).flatMap((one): [number, number][] => {
    if (one.namespace !== reliable || one.name !== 'AcknowledgementRange') return [];
    const range: [number, number] = [countIn(attribute(one, 'Lower'), 'Lower'), countIn(attribute(one, 'Upper'), 'Upper')];
    if (range[0] > range[1]) throw refusal('HeaderMalformed', 'a range ends before it begins');
    return [range];
  });
  const remaining = child(block, flowControl, 'BufferRemaining');
  return {
    identifier: identifierIn(block),
    ranges,
    remaining: remaining === undefined ? undefined : countIn(text(remaining), 'BufferRemaining'),
  };
}

const longestIdentifier = 256;

function identifierIn(block: XmlElement): string {
  const identifier = textIn(block, reliable, 'Identifier') ?? '';
  if (identifier === '' || identifier.length > longestIdentifier) throw refusal('HeaderMalformed', `${block.name} names no sequence`);
  return identifier;
}

/** A number of a message: xs:unsignedLong in the schema, of which nobody needs more than a double holds. */
function countIn(written: string | undefined, what: string): number {
  const bare = written?.trim() ?? '';
  const value = /^\d{1,19}$/.test(bare) ? Number(bare) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw refusal('HeaderMalformed', `${what} is ${JSON.stringify(bare.slice(0, 32))}`);
  return value;
}

function textIn(of: XmlElement, namespace: string, name: string): string | undefined {
  const found = child(of, namespace, name);
  return found === undefined ? undefined : text(found).trim();
}

function refusal(code: MessageRefusal, detail: string): Refusal<MessageRefusal> {
  return new Refusal(code, { detail });
}

const prefixes = {
  [soap12Namespace]: 's',
  [addressing]: 'a',
  [reliable]: 'r',
  [flowControl]: 'netrm',
  [tempuri]: '',
  [data]: 'b',
  [arrays]: 'c',
  'http://www.w3.org/2001/XMLSchema-instance': 'i',
};

/** The document of a message, its header in WCF's order: of the sequence first, then of addressing. */
export function writeMrsMessage(message: MrsMessage): Buffer {
  const { action, messageId, relatesTo, to, replyTo, sequence, acknowledgements = [], acknowledgementsAsked = [], mailboxGuid } = message;
  const header = [
    ...(sequence === undefined ? [] : [mustUnderstand(sequenceElement(sequence))]),
    ...acknowledgementsAsked.map((identifier) => element(reliable, 'AckRequested', [element(reliable, 'Identifier', [identifier])])),
    ...acknowledgements.map(acknowledgementElement),
    ...(mailboxGuid === undefined ? [] : [element(exchangeTypes, 'MailboxGuid', [mailboxGuid])]),
    mustUnderstand(element(addressing, 'Action', [action])),
    ...(messageId === undefined ? [] : [element(addressing, 'MessageID', [messageId])]),
    ...(relatesTo === undefined ? [] : [element(addressing, 'RelatesTo', [relatesTo])]),
    ...(replyTo === undefined ? [] : [element(addressing, 'ReplyTo', [element(addressing, 'Address', [replyTo])])]),
    ...(to === undefined ? [] : [mustUnderstand(element(addressing, 'To', [to]))]),
  ];
  const envelope = element(soap12Namespace, 'Envelope', [
    element(soap12Namespace, 'Header', header),
    element(soap12Namespace, 'Body', message.body === undefined ? [] : [message.body]),
  ]);
  const declares = [
    ['s', soap12Namespace],
    ['r', reliable],
    ['a', addressing],
  ] as const;
  return writeXmlOctets({ ...envelope, declares }, { prefixes });
}

function sequenceElement({ identifier, number, isLast }: SequencePlace): XmlElement {
  return element(reliable, 'Sequence', [
    element(reliable, 'Identifier', [identifier]),
    element(reliable, 'MessageNumber', [String(number)]),
    ...(isLast ? [element(reliable, 'LastMessage')] : []),
  ]);
}

function acknowledgementElement({ identifier, ranges, remaining }: Acknowledgement): XmlElement {
  return element(reliable, 'SequenceAcknowledgement', [
    element(reliable, 'Identifier', [identifier]),
    ...ranges.map(([from, to]) => element(reliable, 'AcknowledgementRange', [], { Lower: String(from), Upper: String(to) })),
    ...(remaining === undefined ? [] : [element(flowControl, 'BufferRemaining', [String(remaining)])]),
  ]);
}

function mustUnderstand(block: XmlElement): XmlElement {
  return { ...block, attributes: [...block.attributes, { namespace: soap12Namespace, name: 'mustUnderstand', value: '1' }] };
}

/** The address at which a client that nobody can call waits: the connection of its request. */
export const backChannel = anonymous;
