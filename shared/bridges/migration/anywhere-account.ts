import { Refusal } from '../../kernel/refusal.ts';
import { call } from '../../protocols/ews/client.ts';
import type { Contract, ResponseOf } from '../../protocols/ews/contract-type.ts';
import { getFolder } from '../../protocols/ews/operations/get-folder.ts';
import type { ResponseMessage } from '../../protocols/ews/response-message.ts';
import type { RpcProxy } from '../../protocols/rpch/client.ts';

/** A migration account at the organisation that mailboxes come from: its RPC proxy, and EWS beside it, by which items travel here. */
export type AnywhereAccount = RpcProxy;

const limits = { timeoutMs: 90_000, maxBytes: 64 * 1_048_576 };

/** Why EWS of the source does not do it: `SourceHttpError` by a status, `SourceFault` by a response code, both among the values. */
export type AnywhereRefusal = 'SourceHttpError' | 'SourceFault' | 'SourceUnreadable';

/**
 * Calls EWS beside a proxy with the migration account. Refuses with {@link AnywhereRefusal} and as the dialer does; refusals of single
 * parts are the caller's to read.
 */
export async function askSource<Request, Response>(
  { dialer, proxy, account, server: _server, authentication: _authentication, ...dialing }: AnywhereAccount,
  contract: Contract<Request, Response>,
  request: Request,
): Promise<Response> {
  const url = `https://${proxy}/EWS/Exchange.asmx`;
  const answer = await call(dialer, url, account, contract, request, { ...dialing, ...limits, version: 'Exchange2013' });
  switch (answer.is) {
    case 'answer':
      return answer.response;
    case 'fault':
      throw refused(answer.fault.code, answer.fault.text);
    case 'http':
      throw httpError(answer.status);
    case 'unreadable':
      throw new Refusal<AnywhereRefusal>('SourceUnreadable', { detail: answer.detail });
  }
}

/** What a part of an answer holds. Refuses with `SourceFault` where it is an error. */
export function granted<Payload>(message: ResponseMessage<Payload> | undefined): Payload {
  if (message === undefined) throw new Refusal<AnywhereRefusal>('SourceUnreadable', { detail: 'an answer without its parts' });
  if (message.class === 'Error') throw refused(message.ResponseCode, message.MessageText);
  return message as Payload;
}

/** Opens the Inbox of somebody. Refuses with `SourceFault` where the account may not. */
export async function openInbox(account: AnywhereAccount, mailbox: string): Promise<void> {
  const id = { is: 'DistinguishedFolderId', value: { Id: 'inbox', Mailbox: { EmailAddress: mailbox } } } as const;
  const asked = { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [id] } as const;
  const [answer]: ResponseOf<typeof getFolder> = await askSource(account, getFolder, asked);
  granted(answer);
}

function refused(code: string, text: string): Refusal<AnywhereRefusal> {
  return new Refusal<AnywhereRefusal>('SourceFault', { detail: `${code}: ${text}`, values: { Code: code } });
}

function httpError(status: number): Refusal<AnywhereRefusal> {
  return new Refusal<AnywhereRefusal>('SourceHttpError', { detail: `EWS has answered ${status}`, values: { Status: String(status) } });
}
