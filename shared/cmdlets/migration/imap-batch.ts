import type { ImapMail } from '../../domain/migration/batches.ts';
import { cmdletRefusal } from '../cmdlet.ts';
import type { BatchKind } from './batch-kind.ts';
import { listGivenAs } from './batch-list.ts';

const refused = (): Error => cmdletRefusal('operation-failed', 'Migration batches of the type IMAP are not supported by this simulation.');

/** Mail of IMAP servers, which comes into mailboxes that are there. */
export const imapBatches: BatchKind<ImapMail> = {
  type: 'IMAP',
  parameters: {},
  content(_scope, given) {
    // What is wrong with the list is said first, as it would be.
    listGivenAs(given, 'imap');
    return Promise.reject(refused());
  },
  list: () => Promise.reject(refused()),
  start: () => Promise.reject(refused()),
  shown: () => ({}),
};
