import { attr, type Content, converted, type Decoded, maybe, one, type Shape, sequence, simple, some } from '../../xml/codec.ts';
import { attribute, element, elements, text as textOf, type XmlElement } from '../../xml/element.ts';
import { enumeration } from '../../xml/simple-types.ts';
import { messageText } from './message-texts.ts';
import { errors, messages, types } from './namespaces.ts';
import { type Path, pathContent } from './paths.ts';
import { type ResponseCode, responseCodes } from './response-codes.ts';
import { integer, text } from './types/simple.ts';

/** What the availability service tells of an exception of Exchange's (observed in support threads), in the order of the wire. */
const exceptionFacts = ['ExceptionType', 'ExceptionCode', 'ExceptionServerName', 'ExceptionMessage', 'ResponseSource'] as const;

/** What MessageXml can say: named values, the property that was refused, and an exception. */
export type MessageDetail =
  | { readonly is: 'Value'; readonly name: string; readonly value: string }
  | { readonly is: 'Path'; readonly path: Path }
  | { readonly is: 'Exception'; readonly name: (typeof exceptionFacts)[number]; readonly value: string };

/** Why one part of a request was refused, or what is to be known of its success. */
export interface Complaint {
  readonly MessageText: string;
  readonly ResponseCode: ResponseCode;
  /** Always 0 in what Exchange sends; 0 when absent. */
  readonly DescriptiveLinkKey?: number;
  readonly MessageXml?: readonly MessageDetail[];
}

/** One response message: its payload, or a complaint (then the payload is what the operation calls empty). */
export type ResponseMessage<Payload> =
  | ({ readonly class: 'Success' } & Payload)
  | ({ readonly class: 'Warning' } & Complaint & Partial<Payload>)
  | ({ readonly class: 'Error' } & Complaint);

/** A refusal in a response message; `text` replaces the code's own sentence where Exchange's depends on the request. */
export function errorMessage(
  code: ResponseCode,
  options: { readonly text?: string; readonly details?: readonly MessageDetail[] } = {},
): { readonly class: 'Error' } & Complaint {
  return { class: 'Error', ...complaint(code, options) };
}

/** The complaint of a warning. */
export function complaint(
  code: ResponseCode,
  options: { readonly text?: string; readonly details?: readonly MessageDetail[] } = {},
): Complaint {
  const { text: sentence = messageText(code), details } = options;
  return { MessageText: sentence, ResponseCode: code, ...(details === undefined ? {} : { MessageXml: details }) };
}

/** `<t:Value Name="MailboxGuid">...</t:Value>` */
export function valueDetail(name: string, value: string): MessageDetail {
  return { is: 'Value', name, value };
}

const responseClass = enumeration('ResponseClassType', ['Success', 'Warning', 'Error']);
const responseCode = enumeration('ResponseCodeType', responseCodes);

const messageXml: Content<readonly MessageDetail[]> = {
  description: { kind: 'any' },
  decode: (of) => elements(of).flatMap(decodeDetail),
  encode: (details, namespace, name) => element(namespace, name, details.map(encodeDetail)),
};

/** MessageXml takes anything; what we do not know is read over. */
function decodeDetail(of: XmlElement): readonly MessageDetail[] {
  if (of.namespace === errors) {
    const fact = exceptionFacts.find((name) => name === of.name);
    return fact === undefined ? [] : [{ is: 'Exception', name: fact, value: textOf(of).trim() }];
  }
  if (of.namespace !== types) return [];
  if (of.name === 'Value') return [valueDetail(attribute(of, 'Name') ?? '', textOf(of))];
  if (of.name !== 'FieldURI' && of.name !== 'IndexedFieldURI' && of.name !== 'ExtendedFieldURI') return [];
  const value = pathContent(of.name).decode(of);
  return [{ is: 'Path', path: { is: of.name, value } as Path }];
}

function encodeDetail(detail: MessageDetail): XmlElement {
  if (detail.is === 'Value') return element(types, 'Value', [detail.value], { Name: detail.name });
  if (detail.is === 'Exception') return element(errors, detail.name, [detail.value]);
  return pathContent(detail.path.is).encode(detail.path.value, types, detail.path.is);
}

const head = {
  ResponseClass: attr(responseClass),
  MessageText: maybe(messages, text),
  ResponseCode: maybe(messages, simple(responseCode)),
  DescriptiveLinkKey: maybe(messages, integer),
  MessageXml: maybe(messages, messageXml),
} as const;

/**
 * The content of one response message: the common head, then the payload's elements in the messages namespace. `empty`
 * is what stands there after a complaint.
 */
export function responseMessage<S extends Shape>(payload: S, empty: Partial<Decoded<S>> = {}): Content<ResponseMessage<Decoded<S>>> {
  const content = sequence({ ...head, ...payload }) as Content<Record<string, unknown>>;
  return converted(content, readMessage, (message) => writeMessage(message, empty)) as Content<ResponseMessage<Decoded<S>>>;
}

function readMessage(decoded: Record<string, unknown>): ResponseMessage<Record<string, unknown>> {
  const { ResponseClass, MessageText = '', ResponseCode = 'NoError', DescriptiveLinkKey, MessageXml, ...payload } = decoded;
  if (ResponseClass === 'Success') return { class: 'Success', ...payload };
  const facts = {
    MessageText,
    ResponseCode,
    ...(DescriptiveLinkKey === undefined ? {} : { DescriptiveLinkKey }),
    ...(MessageXml === undefined ? {} : { MessageXml }),
  } as Complaint;
  return ResponseClass === 'Warning' ? { class: 'Warning', ...facts, ...payload } : { class: 'Error', ...facts };
}

function writeMessage(message: ResponseMessage<object>, empty: object): Record<string, unknown> {
  if (message.class === 'Success') return { ...message, ResponseClass: 'Success', ResponseCode: 'NoError' };
  return { DescriptiveLinkKey: 0, ...empty, ...message, ResponseClass: message.class };
}

/** The content of a response: ResponseMessages with one message of that name for each part of the request. */
export function responseMessages<Message>(name: string, message: Content<Message>): Content<readonly Message[]> {
  const list = sequence({ [name]: some(messages, message) }) as unknown as Content<Record<string, readonly Message[]>>;
  const content = sequence({ ResponseMessages: one(messages, list) });
  return converted(
    content,
    (decoded) => decoded.ResponseMessages[name] ?? [],
    (values) => ({ ResponseMessages: { [name]: values } }),
  );
}
