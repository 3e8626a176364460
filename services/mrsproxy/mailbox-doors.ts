import type { MailboxDoors } from './context.ts';
import { notImplemented } from './failures.ts';

/** Mailboxes of the store cannot be moved yet: whoever connects to one is told so. */
export const noMailboxes: MailboxDoors = {
  openSource: () => Promise.reject(notImplemented('IMailbox_Connect2 of a source')),
  openDestination: () => Promise.reject(notImplemented('IMailbox_Connect2 of a destination')),
};
