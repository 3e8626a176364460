import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { makeDelegationToken } from '../../support/delegation-tokens.ts';
import { envelope } from '../../support/soap.ts';
import type { HttpAnswer } from '../../support/test-lab.ts';
import { facts, type Ground } from '../dauth/ground.ts';
import { ewsMessage, ewsUrl, post } from '../dauth/messages.ts';
import { all } from './answers.ts';

/** Posts the Body of a request to contoso's EWS with a delegation token of pat at fabrikam. */
export function askDelegated({ lab, who }: Ground, offer: string, body: string): Promise<HttpAnswer> {
  const { token } = makeDelegationToken({ facts: { ...facts, offer }, signer: who.issuer, recipient: who.current });
  const url = `${ewsUrl}/WSSecurity`;
  return post(lab, url, ewsMessage(url, { tokens: [token] }, bodyOf(body)));
}

function bodyOf(text: string): XmlElement {
  const [body] = all(parseXml(envelope(text)), 'Body');
  return (body?.children.find((child) => typeof child === 'object') as XmlElement | undefined) ?? element('', 'none');
}
