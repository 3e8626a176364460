import { Refusal } from '../../shared/kernel/refusal.ts';
import { actionOf } from '../../shared/protocols/autodiscover/contract.ts';
import { type RequestHeader, readRequestHeader } from '../../shared/protocols/autodiscover/envelope.ts';
import { soapAutodiscover } from '../../shared/protocols/autodiscover/namespaces.ts';
import { type OpenedEnvelope, openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import type { XmlElement } from '../../shared/xml/element.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import type { SoapRefusal } from './failures.ts';
import { operations, type SoapOperation } from './operations/index.ts';
import { requestLimits } from './request-limits.ts';

/** A request that can be answered: the operation and what it was given. */
export interface SoapCall {
  readonly header: RequestHeader;
  readonly name: string;
  readonly operation: SoapOperation;
  readonly body: XmlElement;
  readonly refusal?: never;
}

/** A request that ends in a fault, as far as it could be read. */
export interface UnansweredSoap {
  readonly header: RequestHeader;
  /** The operation it asks for, or ''. */
  readonly name: string;
  readonly refusal: SoapRefusal;
  /** What the fault is about: the action, the operation, or what is wrong. */
  readonly about: string;
}

/** Characters of a client's own words that come back to it or into the journal. */
const longestEcho = 256;

/** The header of a request that cannot be read. */
export const silent: RequestHeader = { action: undefined, messageId: undefined, requestedServerVersion: undefined };

/**
 * Reads an envelope and finds the operation: the body's element says which, and WS-Addressing must not contradict it.
 * Clients that send no Action header at all are answered too.
 */
export function readSoapRequest(octets: Uint8Array): SoapCall | UnansweredSoap {
  try {
    return callIn(openEnvelope(parseXml(octets, requestLimits)));
  } catch (error) {
    return unreadable(error);
  }
}

/** The same of an envelope that has been opened. */
export function callIn(envelope: OpenedEnvelope): SoapCall | UnansweredSoap {
  const { body } = envelope;
  const header = readRequestHeader(envelope.header);
  const isOurs = body.namespace === soapAutodiscover;
  const name = body.name.replace(/RequestMessage$/, '').slice(0, longestEcho);
  const action = (header.action ?? actionOf(name)).slice(0, longestEcho);
  const operation = isOurs ? operations.find(({ requestElement }) => requestElement === body.name) : undefined;
  if (operation === undefined || action !== actionOf(operation.name)) return { header, name, refusal: 'ActionNotSupported', about: action };
  return { header, name, operation, body };
}

/** What an envelope that cannot be opened is answered. Throws again what is no such error. */
export function unreadable(error: unknown): UnansweredSoap {
  const at = { header: silent, name: '' };
  if (error instanceof XmlSyntaxError) return { ...at, refusal: 'Malformed', about: error.message };
  if (!(error instanceof Refusal)) throw error;
  return { ...at, refusal: error.code === 'VersionMismatch' ? 'VersionMismatch' : 'Malformed', about: error.detail ?? error.code };
}
