import type { SubmissionRefusalCode } from '../../shared/bridges/access/submission.ts';
import type { SmtpReply } from '../../shared/service/smtp-session.ts';
import type { ScopeRefusalCode } from '../../shared/store/change-feed.ts';

/** Why a step of a conversation is refused, after its client has signed in. */
export type StepRefusalCode =
  | ScopeRefusalCode
  | 'response-malformed'
  | 'sender-not-allowed'
  | 'recipient-unknown'
  | 'several-authors'
  | 'message-malformed';

/**
 * The reply to a sign-in that failed; `host` is the server's name. Passwords where the era takes none: as announced (Exchange
 * Team Blog, "Exchange Online to retire Basic auth for Client Submission (SMTP AUTH)"); everything else looks the same to a client
 * (ODEV how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth).
 */
export function signInReply(code: SubmissionRefusalCode, host: string): SmtpReply {
  // OfficeDocs-Exchange, "Enable or disable authenticated client SMTP submission".
  if (code === 'submission-disabled' || code === 'submission-disabled-for-tenant') {
    const whose = code === 'submission-disabled' ? 'Mailbox' : 'Tenant';
    const more = 'Visit https://aka.ms/smtp_auth_disabled for more information.';
    return {
      code: 535,
      text: `5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the ${whose}. ${more} [${host}]`,
    };
  }
  return code === 'scheme-not-offered'
    ? { code: 550, text: '5.7.30 Basic authentication is not supported for Client Submission.' }
    : { code: 535, text: `5.7.3 Authentication unsuccessful [${host}]` };
}

/** What each refusal says; `detail` is for the client to read. Exchange's wording where it has one. */
const replies: Readonly<Record<StepRefusalCode, (detail: string) => SmtpReply>> = {
  'response-malformed': () => ({ code: 501, text: '5.5.2 Cannot decode response' }),
  // OfficeDocs-Exchange, "Fix issues with printers, scanners, and LOB applications".
  'sender-not-allowed': (host) => ({ code: 550, text: `5.7.60 SMTP; Client does not have permissions to send as this sender [${host}]` }),
  // OfficeDocs-Exchange, "Email non-delivery reports".
  'recipient-unknown': () => ({ code: 550, text: '5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup' }),
  // RFC 3463: a mailbox that takes nothing at the moment. While it is locked by its move its mail waits where it comes from.
  'scope-held': () => ({ code: 451, text: '4.2.1 The mailbox of a recipient is being moved, try again later' }),
  'several-authors': () => ({ code: 550, text: '5.6.0 The message has several From fields' }),
  'message-malformed': () => ({ code: 554, text: '5.6.0 The message cannot be read' }),
};

/** The reply to a step that was refused. */
export function stepReply(code: StepRefusalCode, detail: string): SmtpReply {
  return replies[code](detail);
}

/** What the server says where the engine has words of its own, by those or by the engine's name for the occasion. */
export const words: Readonly<Record<string, string>> = {
  MAIL_FROM_OK: '2.1.0 Sender OK',
  RCPT_TO_OK: '2.1.5 Recipient OK',
  MESSAGE_TOO_BIG: '5.3.4 Message size exceeds fixed maximum message size',
  TOO_MANY_RECIPIENTS: '4.5.3 Too many recipients',
  'Ready to start TLS': '2.0.0 SMTP server ready',
  'authentication required': '5.7.57 Client not authenticated to send mail.',
  'End data with <CR><LF>.<CR><LF>': 'Start mail input; end with <CRLF>.<CRLF>',
  'Error: send HELO/EHLO first': '5.5.2 Send hello first',
  'Error: need MAIL command': '5.5.2 Need mail command',
  'Error: need RCPT command': '5.5.2 Need rcpt command',
  'Error: command not recognized': '5.3.3 Unrecognized command',
  'Error: too many unrecognized commands': '4.7.0 Too many errors on this connection, closing transmission channel',
  'Error: too many unauthenticated commands': '4.7.0 Too many errors on this connection, closing transmission channel',
  'Try to send something. No promises though': '2.1.5 Cannot VRFY user',
  'Timeout - closing connection': '4.7.0 Timeout waiting for client input',
  'Error: Command line too long': '4.7.0 Command line too long, closing transmission channel',
  'Server shutting down': '4.3.2 Service not active',
  Flushed: '2.0.0 Resetting',
  Bye: '2.0.0 Service closing transmission channel',
};

/** What a connection is told that is one too many: of all, or of its address. As Exchange says it in the logs that its administrators quote. */
export const crowded = {
  connections: '4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel',
  source: '4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
} as const;
