import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { HttpsAnswer } from '../../../shared/net/dialer.ts';
import { askUserSettings } from '../../../shared/protocols/autodiscover/client.ts';
import { outlookRequest, outlookResponse } from '../../../shared/protocols/autodiscover/namespaces.ts';
import { basicAuthorization } from '../../../shared/protocols/ntlm/client.ts';
import type { Answer } from '../../../shared/scenario/outcome.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { XmlSyntaxError } from '../../../shared/xml/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { accountOf, answered, callLimits, type Ground, type Play } from '../ground.ts';
import { valuesOf } from '../xml-answer.ts';
import { dialRefusal } from './dial-refusal.ts';

/** MS-OXDSCLI 3.1.5: a client gives up after so many. */
const mostRedirections = 10;

/**
 * `pox`: as clients look for settings, from the address on (the domain, autodiscover.<domain>, the redirection by plain http), following
 * redirections; `soap`: GetUserSettings of one host. `settings`, or what it ended with; the addresses asked are `Asked`.
 */
export const autodiscover: Play<'autodiscover'> = ({ as, mail = as, password, by = 'pox', host }, ground) => {
  const account = accountOf(ground, as);
  const authorization = basicAuthorization({ userName: as, password: password ?? account.password });
  return by === 'soap' ? soap(ground, host ?? `autodiscover.${domainOf(mail)}`, mail, authorization) : pox(ground, mail, authorization);
};

async function soap({ dialer, signal }: Ground, host: string, mail: string, authorization: string): Promise<Answer> {
  const url = `https://${host}/autodiscover/autodiscover.svc`;
  const asked = {
    mailboxes: [mail],
    settings: ['ExternalEwsUrl', 'EwsSupportedSchemas', 'UserDisplayName'],
    messageId: 'urn:uuid:scenario',
    authorization,
  };
  try {
    const result = await askUserSettings(dialer, url, asked, { ...callLimits, signal });
    if (result.is === 'fault') return answered(result.code, { ok: false, text: result.reason });
    if (result.is !== 'answer') return answered(String(result.status), { ok: false, status: result.status });
    const [user] = result.users;
    const code = user?.ErrorCode ?? 'NoError';
    return answered(code, { ok: code === 'NoError', text: JSON.stringify(user), values: { RedirectTarget: [user?.RedirectTarget ?? ''] } });
  } catch (error) {
    return dialRefusal(error);
  }
}

interface Search {
  readonly ground: Ground;
  readonly authorization: string;
  readonly asked: string[];
}

async function pox(ground: Ground, mail: string, authorization: string): Promise<Answer> {
  const search: Search = { ground, authorization, asked: [] };
  let address = mail;
  let places = placesOf(address);
  let last = answered('nothing', { ok: false });
  for (let turn = 0; turn < mostRedirections; turn += 1) {
    const found = await firstOf(search, places, address);
    last = { ...found, values: { ...found.values, Asked: search.asked } };
    const [redirectAddress] = found.values['RedirectAddr'] ?? [];
    const [redirectUrl] = found.values['RedirectUrl'] ?? [];
    if (redirectAddress !== undefined) [address, places] = [redirectAddress, placesOf(redirectAddress)];
    else if (redirectUrl !== undefined) places = [redirectUrl];
    else return last;
  }
  return { ...last, ok: false, code: 'redirected too often' };
}

function placesOf(address: string): readonly string[] {
  const domain = domainOf(address);
  const path = 'autodiscover/autodiscover.xml';
  return [`https://${domain}/${path}`, `https://autodiscover.${domain}/${path}`, `http://autodiscover.${domain}/${path}`];
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

/** The first place that answers anything decides. */
async function firstOf(search: Search, places: readonly string[], address: string): Promise<Answer> {
  let last = answered('nothing', { ok: false });
  for (const place of places) {
    try {
      const answer = place.startsWith('http:') ? await redirected(search, place, address) : await post(search, place, address);
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      search.asked.push(`${place} ${error.code}`);
      last = dialRefusal(error);
    }
  }
  return last;
}

/** Plain http is asked without credentials, for a redirection alone. */
async function redirected(search: Search, place: string, address: string): Promise<Answer | undefined> {
  const { dialer, signal } = search.ground;
  const { status, headers } = await dialer.listener({ ...callLimits, signal, url: place, method: 'GET' });
  search.asked.push(`${place} ${status}`);
  const location = String(headers['location'] ?? '');
  return status === 302 && location.startsWith('https:') ? post(search, location, address) : undefined;
}

async function post(search: Search, url: string, address: string): Promise<Answer> {
  const { dialer, signal } = search.ground;
  const request = element(outlookRequest, 'Request', [
    element(outlookRequest, 'EMailAddress', [address]),
    element(outlookRequest, 'AcceptableResponseSchema', [outlookResponse]),
  ]);
  const body = writeXml(element(outlookRequest, 'Autodiscover', [request]), { declaration: true });
  const headers = { 'content-type': 'text/xml', authorization: search.authorization };
  const answer = await dialer.https({ ...callLimits, signal, url, method: 'POST', headers, body });
  search.asked.push(`${url} ${answer.status}`);
  const location = String(answer.headers['location'] ?? '');
  return answer.status === 302 && location.startsWith('https:') ? post(search, location, address) : read(answer);
}

function read({ status, body }: HttpsAnswer): Answer {
  if (status !== 200) return answered(String(status), { ok: false, status });
  let root: XmlElement;
  try {
    root = parseXml(body);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    return answered('unreadable', { ok: false, status, text: error.message });
  }
  const values = valuesOf(root);
  const [error] = values['ErrorCode'] ?? [];
  const [action = 'unreadable'] = values['Action'] ?? [];
  if (error !== undefined) return { ok: false, code: error, status, text: (values['Message'] ?? []).join('\n'), values };
  return { ok: true, code: action, status, text: (values['ASUrl'] ?? values['EwsUrl'] ?? []).join('\n'), values };
}
