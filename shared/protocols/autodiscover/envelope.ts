import { element, text, type XmlElement } from '../../xml/element.ts';
import { writeXml } from '../../xml/write.ts';
import { sealEnvelope, soapNamespace } from '../soap/envelope.ts';
import { faultElement, type SoapFault } from '../soap/fault.ts';
import { type AutodiscoverContract, actionOf } from './contract.ts';
import { addressing, schemaInstance, soapAutodiscover } from './namespaces.ts';
import type { Build } from './server-version.ts';

/** What the header of a request says; undefined where it says nothing. */
export interface RequestHeader {
  readonly action: string | undefined;
  readonly messageId: string | undefined;
  readonly requestedServerVersion: string | undefined;
}

/** Reads the header blocks that matter here (MS-OXWSADISC 2.2.3, WS-Addressing 1.0); others are passed over. */
export function readRequestHeader(blocks: readonly XmlElement[]): RequestHeader {
  const value = (namespace: string, name: string): string | undefined => {
    const block = blocks.find((candidate) => candidate.namespace === namespace && candidate.name === name);
    const content = block === undefined ? '' : text(block).trim();
    return content === '' ? undefined : content;
  };
  return {
    action: value(addressing, 'Action'),
    messageId: value(addressing, 'MessageID'),
    requestedServerVersion: value(soapAutodiscover, 'RequestedServerVersion'),
  };
}

/** RequestedServerVersion values that servers take (MS-OXWSADISC 2.2.5.2; later ones of EWS are refused). */
export const requestedServerVersions: ReadonlySet<string> = new Set([
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2012',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2015',
  'Exchange2016',
]);

/**
 * The document of an answer. Version info stands in child elements here, in attributes in EWS.
 *
 * @param action WS-Addressing action of the answer
 * @param relatesTo MessageID of the request
 */
export function writeResponse(
  body: XmlElement,
  header: { readonly action: string; readonly relatesTo: string | undefined; readonly version: Build & { readonly name: string } },
): string {
  const { version, relatesTo } = header;
  const number = (name: string, value: number | string): XmlElement => element(soapAutodiscover, name, [String(value)]);
  const versionInfo = element(soapAutodiscover, 'ServerVersionInfo', [
    number('MajorVersion', version.major),
    number('MinorVersion', version.minor),
    number('MajorBuildNumber', version.majorBuild),
    number('MinorBuildNumber', version.minorBuild),
    number('Version', version.name),
  ]);
  const sealed = sealEnvelope([...addressingBlocks(header.action, relatesTo), versionInfo], body, [['i', schemaInstance]]);
  return writeXml(sealed, { declaration: true, prefixes });
}

/** What stands in the header of a request that is written. */
export interface WrittenHeader {
  /** Address of the endpoint. */
  readonly to: string;
  /** `urn:uuid:...`. */
  readonly messageId: string;
  /** GetFederationInformation goes without. */
  readonly requestedServerVersion?: string;
  /** Further blocks, at the end. */
  readonly headers?: readonly XmlElement[];
}

/** The document of a request. */
export function writeRequest<Request>(
  contract: AutodiscoverContract<Request, unknown>,
  request: Request,
  { to, messageId, requestedServerVersion, headers = [] }: WrittenHeader,
): string {
  const blocks = [
    ...(requestedServerVersion === undefined ? [] : [element(soapAutodiscover, 'RequestedServerVersion', [requestedServerVersion])]),
    ...addressingBlocks(actionOf(contract.name), undefined),
    element(addressing, 'MessageID', [messageId]),
    element(addressing, 'ReplyTo', [element(addressing, 'Address', [`${addressing}/anonymous`])]),
    mustUnderstand(element(addressing, 'To', [to])),
    ...headers,
  ];
  const body = contract.request.encode(request, soapAutodiscover, contract.requestElement);
  return writeXml(sealEnvelope(blocks, body), { declaration: true, prefixes });
}

/** The document of a fault; `action` as WS-Addressing names it for the kind of fault. */
export function writeFault(fault: SoapFault, header: { readonly action: string; readonly relatesTo: string | undefined }): string {
  return writeXml(sealEnvelope(addressingBlocks(header.action, header.relatesTo), faultElement(fault)), { declaration: true, prefixes });
}

function addressingBlocks(action: string, relatesTo: string | undefined): readonly XmlElement[] {
  const actionBlock = mustUnderstand(element(addressing, 'Action', [action]));
  return relatesTo === undefined ? [actionBlock] : [actionBlock, element(addressing, 'RelatesTo', [relatesTo])];
}

function mustUnderstand(block: XmlElement): XmlElement {
  return { ...block, attributes: [{ namespace: soapNamespace, name: 'mustUnderstand', value: '1' }] };
}

// Autodiscover's namespace is the default one, as `typed` needs it.
const prefixes = { [soapNamespace]: 's', [addressing]: 'a', [soapAutodiscover]: '' };
