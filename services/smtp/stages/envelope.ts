import { senderNamed } from '../../../shared/bridges/access/send-as.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import type { SmtpReply } from '../../../shared/service/smtp-session.ts';
import { type SubmissionParts, serverHost } from '../context.ts';
import { stepReply } from '../failures.ts';
import type { Submitter } from './authenticate.ts';

/** MAIL: whether the client may send as that address. */
export async function judgeSender(
  parts: SubmissionParts,
  submitter: Submitter,
  address: string,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const { organization, caller } = submitter;
  if ((await senderNamed(caller, parts.directory(organization.name), address)) !== undefined) return { code: 250, text: '2.1.0 Sender OK' };
  exchange.note({ code: 'sender-not-allowed', detail: `${caller.primarySmtpAddress} as <${address}>` });
  return stepReply('sender-not-allowed', serverHost(organization) ?? '');
}

/** RCPT: anybody but those whom an accepted domain should have and has not; where there is no way, a report follows. */
export async function judgeRecipient(
  parts: SubmissionParts,
  { organization }: Submitter,
  address: string,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const directory = parts.directory(organization.name);
  const recipient = await directory.byAddress(address);
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (recipient === undefined && organization.domains.includes(domain)) {
    exchange.note({ code: 'recipient-unknown', detail: address });
    return stepReply('recipient-unknown', address);
  }
  return { code: 250, text: '2.1.5 Recipient OK' };
}
