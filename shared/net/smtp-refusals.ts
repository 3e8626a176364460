import { Refusal } from '../kernel/refusal.ts';
import { dialRefusalOf } from './dial-refusals.ts';
import { refused } from './dial-way.ts';
import type { SmtpConnectionError } from './smtp-connection.ts';

/**
 * Why there is no session, besides what may befall any connection: `SmtpReply`, the server said no to a session (its reply
 * is the value `Reply`); `TlsNotOffered`, TLS is required and the server has none; `ServerCertificateRefused`, the value
 * `Status` says why; `SignInNotOffered`, somebody is to sign in and the server does not let him.
 */
export type SmtpRefusal = 'SmtpReply' | 'TlsNotOffered' | 'ServerCertificateRefused' | 'SignInNotOffered';

/** The refusal of a session that the other side will not have, or not any more. */
export function saidNo(reply: string): Refusal<SmtpRefusal> {
  return new Refusal('SmtpReply', { detail: reply, values: { Reply: reply } });
}

/** What an error of a session means: a refusal, or the error itself when it is a defect. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const { code, originalCode, response, message } = error as SmtpConnectionError;
  if (response !== undefined) return saidNo(response);
  if (code === 'ETLS') return refused('TlsFailed', message);
  if (code === 'ETIMEDOUT') return refused('Timeout', message);
  if (originalCode !== undefined) return dialRefusalOf(Object.assign(new Error(message), { code: originalCode }));
  if (code === 'ECONNECTION' || code === 'ESOCKET') return refused('ConnectionReset', message);
  if (code === 'EPROTOCOL') return refused('AnswerMalformed', message);
  return dialRefusalOf(error);
}
