import { isGroup, localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';

/** An entry of the directory as a request or an answer names it. */
export interface DirectoryEntry {
  readonly Name: string;
  readonly EmailAddress: string;
  readonly RoutingType: 'SMTP';
  readonly MailboxType: 'Mailbox' | 'PublicDL' | 'Contact' | 'PublicFolder';
}

/** The address of somebody in the directory. */
export function directoryEntry(recipient: Recipient): DirectoryEntry {
  const { displayName, primaryAddress } = recipient;
  return { Name: displayName, EmailAddress: primaryAddress, RoutingType: 'SMTP', MailboxType: mailboxType(recipient) };
}

function mailboxType(recipient: Recipient): DirectoryEntry['MailboxType'] {
  if (isGroup(recipient)) return 'PublicDL';
  if (recipient.type === 'PublicFolder') return 'PublicFolder';
  return localMailbox(recipient) === null && recipient.type === 'MailContact' ? 'Contact' : 'Mailbox';
}
