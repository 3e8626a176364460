import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { XmlElement } from '../../xml/element.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import type { ParseLimits } from '../../xml/parse.ts';
import { writeXml } from '../../xml/write.ts';
import { certificateData } from '../saml/key-info.ts';
import { namespaces } from '../saml/namespaces.ts';
import { openEnvelope, sealEnvelope, soap12Namespace, soapNamespace } from '../soap/envelope.ts';
import { faultElement, readFault } from '../soap/fault.ts';
import { readSoap12Fault, soap12FaultElement } from '../soap/fault-12.ts';
import { type ReceivedMessage, readMessage, writeMessage } from '../wstrust/message.ts';
import {
  type DelegationOperation,
  type DelegationParameters,
  type DelegationResults,
  type DomainOwnershipProof,
  delegationContracts,
  delegationNamespace,
  domainOwnershipProof,
  operationOf,
} from './contract.ts';
import { type DomainErrorCode, domainErrorElement, readDomainError } from './domain-errors.ts';

/** An operation with what it takes. */
export type ManageDelegationRequest = {
  [Operation in DelegationOperation]: { readonly operation: Operation; readonly parameters: DelegationParameters[Operation] };
}[DelegationOperation];

/** A call to be sent. The certificate (DER, base64) goes with it; its private key (PKCS #8, PEM) signs the Timestamp. */
export interface DelegationCall<Operation extends DelegationOperation> {
  readonly operation: Operation;
  readonly parameters: DelegationParameters[Operation];
  readonly proof?: DomainOwnershipProof | undefined;
  readonly certificate: string;
  readonly privateKey: string;
  readonly at: Instant;
}

const lifeMs = 5 * 60_000;
const proofHeader = 'DomainOwnershipProofHeader';

/**
 * The octets of a call, SOAP 1.1 (MS-OXWSLVID 6.2). The signature covers the Timestamp alone (interoperability; not published): it
 * says that the sender has the key and sent something lately; nothing but TLS holds the Body and the other headers together with it.
 * Throws a `Refusal<KeyRefusal>` for a private key that cannot be used.
 */
export function writeDelegationCall<Operation extends DelegationOperation>(call: DelegationCall<Operation>): Buffer {
  const { operation, parameters, certificate, privateKey, proof, at } = call;
  return writeMessage({
    soap: soapNamespace,
    times: { created: at, expires: at + lifeMs },
    signature: {
      signer: { algorithm: 'rsa-sha1', privateKey },
      keyInfo: [certificateData(certificate)],
      covers: ['Timestamp'],
    },
    headers: proof === undefined ? [] : [named(domainOwnershipProof.encode(proof, delegationNamespace, proofHeader))],
    body: named(delegationContracts[operation].request.encode(parameters, delegationNamespace, operation)),
  });
}

/** As ASP.NET writes it: the namespace of the service is the default one. */
function named(node: XmlElement): XmlElement {
  return { ...node, declares: [['', delegationNamespace]] };
}

/** A call that came, in either version of SOAP. Nothing in it is vouched for. */
export interface ReceivedCall {
  /** Namespace of the SOAP version, in which it is to be answered. */
  readonly soap: string;
  readonly message: ReceivedMessage;
  readonly request: ManageDelegationRequest;
  readonly proof: DomainOwnershipProof | undefined;
}

/**
 * Why octets are no call. `MalformedMessage`: no XML within the limits, no envelope of either version of SOAP, or a wsse:Security
 * that cannot be read. `HeaderNotUnderstood`: a header that must be understood is none of ours. `UnknownOperation`, `MalformedRequest`: so is what it holds. `values.soap`: the version, where it is known.
 */
export type DelegationCallRefusal = 'MalformedMessage' | 'HeaderNotUnderstood' | 'UnknownOperation' | 'MalformedRequest';

/** Octets, depth and elements that a call may have. */
const limits: ParseLimits = { maxBytes: 256 * 1024, maxDepth: 32, maxElements: 1_000 };

/** Reads a call. Throws a `Refusal<DelegationCallRefusal>`. */
export function readDelegationCall(octets: Uint8Array): ReceivedCall {
  const { soap, message } = openMessage(octets);
  const { body, header } = message;
  const foreign = header.find((block) => mustBeUnderstood(block, soap) && !isUnderstood(block));
  if (foreign !== undefined) throw refusal('HeaderNotUnderstood', `${foreign.namespace} ${foreign.name}`, soap);
  const operation = body.namespace === delegationNamespace ? operationOf(body.name) : undefined;
  if (operation === undefined) throw refusal('UnknownOperation', body.name, soap);
  const [proof, another] = header.filter(({ namespace, name }) => namespace === delegationNamespace && name === proofHeader);
  if (another !== undefined) throw refusal('MalformedRequest', `several ${proofHeader}`, soap);
  try {
    const parameters = delegationContracts[operation].request.decode(body);
    return {
      soap,
      message,
      request: { operation, parameters } as ManageDelegationRequest,
      proof: proof && domainOwnershipProof.decode(withoutSoapAttributes(proof, soap)),
    };
  } catch (error) {
    if (error instanceof SchemaError) throw refusal('MalformedRequest', error.message, soap);
    throw error;
  }
}

function mustBeUnderstood({ attributes }: XmlElement, soap: string): boolean {
  return attributes.some(
    ({ namespace, name, value }) => namespace === soap && name === 'mustUnderstand' && /^\s*(?:1|true)\s*$/.test(value),
  );
}

function isUnderstood({ namespace, name }: XmlElement): boolean {
  return (namespace === namespaces.wsse && name === 'Security') || (namespace === delegationNamespace && name === proofHeader);
}

function openMessage(octets: Uint8Array): Pick<ReceivedCall, 'soap' | 'message'> {
  let soap = soapNamespace;
  try {
    return { soap, message: readMessage(octets, soap, limits) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'VersionMismatch') throw malformed(error, soap);
  }
  soap = soap12Namespace;
  try {
    return { soap, message: readMessage(octets, soap, limits) };
  } catch (error) {
    throw malformed(error, soap);
  }
}

function malformed(error: unknown, soap: string): unknown {
  if (!(error instanceof XmlSyntaxError) && !(error instanceof Refusal)) return error;
  // An envelope of neither version is answered in the older one.
  const version = error instanceof Refusal && error.code === 'VersionMismatch' ? soapNamespace : soap;
  return refusal('MalformedMessage', error.message, version);
}

function refusal(code: DelegationCallRefusal, detail: string, soap: string): Refusal<DelegationCallRefusal> {
  return new Refusal(code, { detail, values: { soap } });
}

/** `mustUnderstand` and the like belong to SOAP, not to the header's own content. */
function withoutSoapAttributes(node: XmlElement, soap: string): XmlElement {
  return { ...node, attributes: node.attributes.filter(({ namespace }) => namespace !== soap) };
}

/** The answer to a call, in the version of SOAP in which it was made. */
export function writeDelegationResult<Operation extends DelegationOperation>(
  soap: string,
  operation: Operation,
  result: DelegationResults[Operation],
): string {
  const body = delegationContracts[operation].response.encode(result, delegationNamespace, `${operation}Response`);
  return sealed(soap, named(body));
}

/** A fault, `reason` in our own words: what the service says is not published. */
export function writeDelegationFault(soap: string, code: DomainErrorCode, reason: string): string {
  const detail = [named(domainErrorElement(code))];
  const isOurs = code === 'InternalError';
  if (soap === soap12Namespace) return sealed(soap, soap12FaultElement({ code: isOurs ? 'Receiver' : 'Sender', reason, detail }));
  return sealed(soap, faultElement({ codeNamespace: soapNamespace, code: isOurs ? 'Server' : 'Client', reason, detail }));
}

/** The fault for a header that must be understood and is not; header entries have no detail (SOAP 1.1 section 4.4). */
export function writeNotUnderstoodFault(soap: string): string {
  const reason = 'A header that must be understood is not.';
  if (soap === soap12Namespace) return sealed(soap, soap12FaultElement({ code: 'MustUnderstand', reason }));
  return sealed(soap, faultElement({ codeNamespace: soapNamespace, code: 'MustUnderstand', reason }));
}

/** What an answer says. `unreadable`: it is none of this service. */
export type DelegationAnswer<Operation extends DelegationOperation> =
  | { readonly is: 'answer'; readonly result: DelegationResults[Operation] }
  | { readonly is: 'fault'; readonly code: DomainErrorCode; readonly message: string }
  | { readonly is: 'unreadable'; readonly detail: string };

/** Reads the Body of an answer in either version of SOAP. Throws `SchemaError` for a result that is none of the operation. */
export function readDelegationAnswer<Operation extends DelegationOperation>(
  root: XmlElement,
  operation: Operation,
): DelegationAnswer<Operation> {
  const { body } = openEnvelope(root, root.namespace === soap12Namespace ? soap12Namespace : soapNamespace);
  const fault = readFault(body) ?? readSoap12Fault(body);
  if (fault !== undefined) {
    const code = readDomainError(fault.detail);
    return code === undefined ? { is: 'unreadable', detail: fault.reason } : { is: 'fault', code, message: fault.reason };
  }
  if (body.namespace !== delegationNamespace || body.name !== `${operation}Response`) return { is: 'unreadable', detail: body.name };
  return { is: 'answer', result: delegationContracts[operation].response.decode(body) };
}

function sealed(soap: string, body: XmlElement): string {
  const envelope = sealEnvelope([], body, undefined, soap);
  return writeXml({ ...envelope, declares: [['soap', soap]] }, { declaration: true });
}
