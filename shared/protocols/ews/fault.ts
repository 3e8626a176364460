import { element, elements, text, type XmlElement } from '../../xml/element.ts';
import { SchemaError, type XmlSyntaxError } from '../../xml/errors.ts';
import { findSpot } from '../../xml/find-spot.ts';
import { faultElement, readFault } from '../soap/fault.ts';
import { messageText } from './message-texts.ts';
import { errors, types } from './namespaces.ts';
import { isResponseCode, type ResponseCode } from './response-codes.ts';

/** What an EWS fault says beside its code. */
export interface FaultFacts {
  /** faultstring and e:Message when Exchange's sentence depends on the request; else the code's own. */
  readonly text?: string;
  /** `t:Value` elements of MessageXml: `{ BackOffMilliseconds: '297749' }`. */
  readonly values?: Readonly<Record<string, string>>;
}

/** The Fault element of an error that concerns the request as a whole, laid out as Exchange does (observed). */
export function ewsFault(code: ResponseCode, { text: sentence = messageText(code), values }: FaultFacts = {}): XmlElement {
  const entries = Object.entries(values ?? {}).map(([name, value]) => element(types, 'Value', [value], { Name: name }));
  return fault(code, sentence, sentence, entries);
}

/**
 * The Fault element of a request that is not well-formed or not what the schema says; the violation is told with its place
 * in `source`, the text of the request.
 */
export function schemaFault(violation: SchemaError | XmlSyntaxError, source: () => string): XmlElement {
  const { line, position } =
    violation instanceof SchemaError ? findSpot(source(), violation) : { line: violation.line, position: violation.column };
  return fault(
    'ErrorSchemaValidation',
    `The request failed schema validation: ${violation.message}`,
    messageText('ErrorSchemaValidation'),
    [
      element(types, 'LineNumber', [String(line)]),
      element(types, 'LinePosition', [String(position)]),
      element(types, 'Violation', [violation.message]),
    ],
  );
}

/** An EWS fault as a client reads it. */
export interface ReceivedFault {
  /** The response code, or the SOAP fault code of a server that gives none. */
  readonly code: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Reads the body of an answer; undefined when it is no fault. */
export function readEwsFault(body: XmlElement): ReceivedFault | undefined {
  const read = readFault(body);
  if (read === undefined) return undefined;
  const responseCode = read.detail.find(({ namespace, name }) => namespace === errors && name === 'ResponseCode');
  const messageXml = read.detail.find(({ namespace, name }) => namespace === types && name === 'MessageXml');
  const named = responseCode === undefined ? '' : text(responseCode).trim();
  const values: Record<string, string> = {};
  for (const entry of messageXml === undefined ? [] : elements(messageXml)) {
    const name = entry.attributes.find((candidate) => candidate.name === 'Name')?.value;
    if (name !== undefined) values[name] = text(entry);
  }
  return { code: isResponseCode(named) ? named : read.code, text: read.reason, values };
}

function fault(code: ResponseCode, reason: string, message: string, messageXml: readonly XmlElement[]): XmlElement {
  const declared = (of: XmlElement, prefix: string): XmlElement => ({ ...of, declares: [[prefix, of.namespace]] });
  return faultElement({
    codeNamespace: types,
    code,
    reason,
    detail: [
      declared(element(errors, 'ResponseCode', [code]), 'e'),
      declared(element(errors, 'Message', [message]), 'e'),
      ...(messageXml.length === 0 ? [] : [declared(element(types, 'MessageXml', messageXml), 't')]),
    ],
  });
}
