import { type MrsMessage, readMrsMessage, writeMrsMessage } from '../../../shared/protocols/mrs/message.ts';
import { actions } from '../../../shared/protocols/mrs/namespaces.ts';
import { createSequence } from '../../../shared/protocols/mrs/sequence-bodies.ts';
import { readServiceFault } from '../../../shared/protocols/mrs/service-fault.ts';
import { readSoap12Fault } from '../../../shared/protocols/soap/fault-12.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { callRaw, type RawAnswer } from '../../support/raw-http.ts';
import { basic } from '../../support/soap.ts';
import type { ProxyLab } from './lab.ts';

export const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';
export const service = 'http://tempuri.org/IMailboxReplicationProxyService/';
export const soapType = { 'content-type': 'application/soap+xml; charset=utf-8' };

export interface PostOptions {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}

/** Sends octets on a connection of their own, signed in by Basic. */
export function post(
  lab: ProxyLab,
  body: string | Buffer,
  { as = 'CONTOSO\\administrator', headers = {}, method = 'POST', path = '/EWS/mrsproxy.svc' }: PostOptions = {},
): Promise<RawAnswer> {
  const authorization = basic(as, lab.lab.password);
  return callRaw({
    port: lab.port,
    ca: lab.ca,
    host: 'mail.contoso.test',
    path,
    method,
    body,
    headers: { ...soapType, authorization, ...headers },
  });
}

export interface Told {
  readonly status: number;
  readonly message: MrsMessage | undefined;
  /** Of a fault: its subcode or code, and its reason. */
  readonly fault: string | undefined;
  readonly reason: string | undefined;
  readonly exception: string | undefined;
  readonly body: string;
  readonly headers: RawAnswer['headers'];
}

function told({ status, body, headers }: RawAnswer): Told {
  const isSoap = String(headers['content-type'] ?? '').startsWith('application/soap+xml');
  const message = isSoap ? readMrsMessage(body) : undefined;
  const fault = message?.body === undefined ? undefined : readSoap12Fault(message.body);
  return {
    status,
    message,
    fault: fault === undefined ? undefined : fault.subcode === '' ? fault.code : fault.subcode,
    reason: fault?.reason,
    exception: fault === undefined ? undefined : readServiceFault(fault.detail)?.exceptionType,
    body: body.toString(),
    headers,
  };
}

export async function say(lab: ProxyLab, message: MrsMessage, options?: PostOptions): Promise<Told> {
  return told(await post(lab, writeMrsMessage({ to: lab.url, replyTo: anonymous, ...message }).toString(), options));
}

let made = 0;
export function newId(): string {
  made += 1;
  return `urn:uuid:00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
}

/** A session talked by hand. */
export interface ByHand {
  readonly identifier: string;
  readonly offered: string;
  /** Sends an operation (or LastMessage) under a number. */
  say(number: number, action: string, body?: XmlElement, more?: Partial<MrsMessage>, options?: PostOptions): Promise<Told>;
}

export async function openByHand(lab: ProxyLab, options?: PostOptions): Promise<ByHand> {
  const offered = newId();
  const answer = await say(
    lab,
    { action: actions.createSequence, messageId: newId(), body: createSequence({ acksTo: anonymous, offered }) },
    options,
  );
  const identifier = /<r:Identifier>([^<]*)</.exec(answer.body)?.[1];
  if (identifier === undefined) throw new Error(`no sequence: ${answer.status} ${answer.body}`);
  return {
    identifier,
    offered,
    say: (number, action, body, more = {}, own = options) =>
      say(
        lab,
        {
          action,
          messageId: `urn:test:${identifier}:${number}`,
          sequence: { identifier, number, isLast: action === actions.lastMessage },
          body,
          ...more,
        },
        own,
      ),
  };
}

const tempuri = 'http://tempuri.org/';

/** The element of an operation from the text of its parameters. */
export function operation(name: string, parameters = ''): XmlElement {
  const parsed = parseXml(
    `<${name} xmlns="${tempuri}" xmlns:b="http://schemas.datacontract.org/2004/07/Microsoft.Exchange.MailboxReplicationService" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${parameters}</${name}>`,
  );
  return { ...element(tempuri, name), ...parsed };
}

export const handshake = operation(
  'ExchangeVersionInformation',
  '<clientVersion><b:BuildMajor>9115</b:BuildMajor><b:BuildMinor>17</b:BuildMinor><b:ComputerName>AM0PR01MB0001</b:ComputerName>' +
    '<b:ProductMajor>15</b:ProductMajor><b:ProductMinor>20</b:ProductMinor><b:SupportedCapabilities>//8HywE=</b:SupportedCapabilities></clientVersion>',
);

export function config(guid: string): XmlElement {
  return operation(
    'IMailbox_Config3',
    `<primaryMailboxGuid>${guid}</primaryMailboxGuid><physicalMailboxGuid>${guid}</physicalMailboxGuid><mdbGuid>${guid}</mdbGuid><mdbName i:nil="true"/>` +
      '<mbxType>SourceMailbox</mbxType><proxyControlFlags>0</proxyControlFlags>',
  );
}
