import type { AnywhereSkipped, AnywhereSynced } from '../../shared/bridges/migration/anywhere-sync.ts';
import { sizeText } from '../../shared/cmdlets/recipient/size.ts';
import type { DirectoryError } from '../../shared/protocols/rpch/directory.ts';

const reasons: Readonly<Record<DirectoryError, string>> = {
  NotFound: 'it is not in the directory there',
  AccessDenied: 'the account has no right to',
  NotSupported: 'that version of Exchange does not let it be changed',
};

/** What cutover and staged migrations write into the report of a request. The sentences are ours. */
export const anywhereTexts = {
  connected: (mailbox: string, host: string) => `Connected to source mailbox '${mailbox}' behind '${host}'.`,
  forwarded: (mailbox: string, target: string) =>
    `Mail for '${mailbox}' is sent on from the source to '${target}', besides being delivered there.`,
  notForwarded: (mailbox: string, target: string, error: DirectoryError) =>
    `The on-premises mailbox '${mailbox}' could not be given the target address '${target}': ${reasons[error]}. Mail that comes to it does not reach the mailbox here.`,
  seeded: ({ written, bytes }: AnywhereSynced) => `The first copy is complete: ${items(written)}, ${sizeText(bytes)}.`,
  synced: (round: number, { written, deleted, marked }: AnywhereSynced) =>
    `Incremental sync ${round} is complete: ${items(written)} written, ${deleted} deleted, ${marked} marked.`,
  skipped: ({ kind, messageClass, subject, folder, size }: AnywhereSkipped) =>
    `${kind === 'LargeItem' ? 'A large item was encountered' : 'A corrupted item was encountered'}: Item (${messageClass}) Subject:"${subject}", Size: ${sizeText(size)}, Folder:"${folder}"`,
} as const;

function items(count: number): string {
  return `${count} item${count === 1 ? '' : 's'}`;
}
