import { actionOf } from '../../../shared/protocols/autodiscover/contract.ts';
import { soapAutodiscover } from '../../../shared/protocols/autodiscover/namespaces.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { identified } from '../../../shared/protocols/saml/sign.ts';
import { openEnvelope, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { readFault } from '../../../shared/protocols/soap/fault.ts';
import { type OutgoingMessage, writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';

export const autodiscoverUrl = 'https://autodiscover.contoso.test/autodiscover/autodiscover.svc';
export const ewsUrl = 'https://mail.contoso.test/EWS/Exchange.asmx';

type Parts = Pick<OutgoingMessage, 'tokens' | 'times' | 'signature' | 'headers'>;

/** GetUserSettings to `url`, for one user, by default for what availability needs. */
export function userSettingsMessage(url: string, parts: Parts, names: readonly string[] = ['ExternalEwsUrl']): Buffer {
  const ours = (name: string, children: readonly (XmlElement | string)[]): XmlElement => element(soapAutodiscover, name, children);
  const request = ours('Request', [
    ours('Users', [ours('User', [ours('Mailbox', ['mary@contoso.test'])])]),
    ours(
      'RequestedSettings',
      names.map((name) => ours('Setting', [name])),
    ),
  ]);
  return writeMessage({
    soap: soapNamespace,
    addressing: { action: actionOf('GetUserSettings'), to: url, messageId: 'urn:uuid:6f1f8a0e-2f0a-4d7c-9a44-2f1f0e6b7a11' },
    ...parts,
    headers: [ours('RequestedServerVersion', ['Exchange2013']), ...(parts.headers ?? [])],
    body: ours('GetUserSettingsRequestMessage', [request]),
  });
}

/** Any EWS request to `url`. */
export function ewsMessage(url: string, parts: Parts, body: XmlElement): Buffer {
  const action = `http://schemas.microsoft.com/exchange/services/2006/messages/${body.name}`;
  return writeMessage({ soap: soapNamespace, addressing: { action, to: url }, ...parts, body });
}

/** A BinarySecurityToken with a certificate. */
export function binarySecurityToken(certificate: string, id: string): XmlElement {
  return identified(element(namespaces.wsse, 'BinarySecurityToken', [certificate]), id);
}

export async function post(lab: TestLab, url: string, body: Buffer | string, contentType = 'text/xml; charset=utf-8'): Promise<HttpAnswer> {
  return lab.https(url, { method: 'POST', headers: { 'content-type': contentType }, body });
}

/** Status and fault of an answer; the fault is undefined where it is none. */
export function faultOf({ status, body }: HttpAnswer): { status: number; code?: string; reason?: string } {
  const fault = body.includes('Fault>') ? readFault(openEnvelope(parseXml(body)).body) : undefined;
  return fault === undefined ? { status } : { status, code: fault.code, reason: fault.reason };
}
