import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsCall } from '../../net/dialer.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { openEnvelope } from '../soap/envelope.ts';
import { actionOf, getUserSettings, type UserResponse } from './contract.ts';
import { writeRequest } from './envelope.ts';
import { soapAutodiscover } from './namespaces.ts';

/** What an Autodiscover endpoint said of a user. `http`: an answer without SOAP in it; `unreadable`: one that is no Autodiscover. */
export type UserSettingsResult =
  | { readonly is: 'answer'; readonly user: UserResponse }
  | { readonly is: 'http'; readonly status: number }
  | { readonly is: 'unreadable'; readonly status: number; readonly detail: string };

/** Asks for settings of one mailbox at a SOAP endpoint (MS-OXWSADISC 3.1.4.2). Refusals of the dialer pass through. */
export async function askUserSettings(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  asked: { readonly mailbox: string; readonly settings: readonly string[]; readonly messageId: string; readonly authorization: string },
  dialing: Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'timeoutMs' | 'maxBytes'>,
): Promise<UserSettingsResult> {
  const { mailbox, settings, messageId, authorization } = asked;
  const request = { Request: { Users: { User: [{ Mailbox: mailbox }] }, RequestedSettings: { Setting: [...settings] } } };
  const body = writeRequest(getUserSettings, request, {
    action: actionOf(getUserSettings.name),
    to: url,
    messageId,
    requestedServerVersion: 'Exchange2013',
  });
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization };
  const answer = await dialer.https({ ...dialing, url, method: 'POST', headers, body });
  if (answer.status !== 200) return { is: 'http', status: answer.status };
  const unreadable = (detail: string): UserSettingsResult => ({ is: 'unreadable', status: answer.status, detail });
  try {
    const { body: content } = openEnvelope(parseXml(answer.body));
    if (content.namespace !== soapAutodiscover || content.name !== getUserSettings.responseElement) return unreadable(content.name);
    const { Response } = getUserSettings.response.decode(content);
    const [user] = Response.UserResponses?.UserResponse ?? [];
    return user === undefined
      ? unreadable(Response.ErrorMessage ?? Response.ErrorCode ?? 'no answer for the user')
      : { is: 'answer', user };
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof SchemaError || error instanceof Refusal) return unreadable(error.message);
    throw error;
  }
}
