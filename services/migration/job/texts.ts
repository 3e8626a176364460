import type { MailboxInformation, MailboxKind, MailboxSize, MessageRecord, Principal } from '../../../shared/bridges/migration/ports.ts';
import { sizeText } from '../../../shared/cmdlets/recipient/size.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';

// What a move writes into its report. Sentences that Microsoft has published stand as they are (support articles, the Exchange team's
// posts of 2017 on bad items, reports that administrators have shown); the others are worded here in the same shape.

/** `490a1ff7-... (Primary)`: a mailbox, as reports call it. */
export function mailboxText(mailbox: Guid, kind: MailboxKind): string {
  return `${mailbox} (${kind === 'primary' ? 'Primary' : 'Archive'})`;
}

/** `Version 15.2 (Build 1544.0)` of `15.2.1544.11`: the last part is not told. Observed in reports: 14.3.409.0 as `Build 409.0`. */
function versionText(version: string): string {
  const [major = '15', minor = '0', build = '0', revision = '0'] = version.split('.');
  return `Version ${major}.${minor} (Build ${build}.${revision})`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const texts = {
  // published
  examining: (server: string, version: string) =>
    `The Microsoft Exchange Mailbox Replication service '${server}' (${version}) is examining the request.`,
  connected: (side: 'source' | 'target', { mailboxGuid, kind, database, server, serverVersion }: MailboxInformation) =>
    `Connected to ${side} mailbox '${mailboxText(mailboxGuid, kind)}', database '${database}', Mailbox server '${server}' ${versionText(serverVersion)}.`,
  noSyncState: (request: Guid) => `Sync state for request ${request} is null.`,
  started: 'Request processing started.',
  sourceInformation: (size: MailboxSize) =>
    [
      'Source mailbox information:',
      `Regular Items: ${size.items}, ${sizeText(size.bytes)}`,
      `Regular Deleted Items: ${size.deletedItems}, ${sizeText(size.deletedBytes)}`,
      `FAI Items: ${size.associatedItems}, ${sizeText(size.associatedBytes)}`,
      'FAI Deleted Items: 0, 0 B (0 bytes)',
    ].join('\n'),
  orphanCleared: (mailbox: Guid) => `Cleared sync state for request ${mailbox} due to 'CleanupOrphanedMailbox'.`,
  orphanRemoved: (seconds: number) =>
    `An old copy of the mailbox was removed from the destination database. The operation will try again in ${seconds} seconds.`,
  signatureNotKept: (mailbox: string) =>
    `Mailbox signature will not be preserved for mailbox '${mailbox}'. Outlook clients will need to restart to access the moved mailbox.`,
  stage: (stage: string, percent: number) => `Stage: ${stage}. Percent complete: ${percent}.`,
  hierarchyBegun: (mailbox: string, folders: number) =>
    `Initializing folder hierarchy from mailbox '${mailbox}': ${folders} folders total.`,
  hierarchyProgress: (mailbox: string, folders: number) => `Folder creation progress: ${folders} folders created in mailbox '${mailbox}'.`,
  hierarchyDone: (mailbox: string, folders: number) => `Folder hierarchy initialized for mailbox '${mailbox}': ${folders} folders created.`,
  checkpointProgress: (mailbox: string, done: number, all: number) =>
    `Initial sync checkpoint progress: ${done}/${all} folders processed. Currently processing mailbox '${mailbox}'.`,
  checkpointDone: (folders: number) => `Initial sync checkpoint completed: ${folders} folders processed.`,
  copyProgress: (written: Amount, all: Amount) =>
    `Copy progress: ${written.items}/${all.items} messages, ${sizeText(written.bytes)}/${sizeText(all.bytes)}.`,
  copied: 'Copying messages is complete. Copying rules and security descriptors.',
  corrupted: (what: string) => `A corrupted item was encountered: ${what}`,
  large: (what: string) => `A large item was encountered: ${what}`,
  stalledNoMore: 'Request is no longer stalled and will continue.',
  relinquishedStalled: (state: string) =>
    `Relinquishing job because of large delays due to unfavorable server health or budget limitations with a request throttling state '${state}'.`,
  transient: (type: string, attempt: number, most: number) =>
    `Transient error ${type} has occurred. The system will retry (${attempt}/${most}).`,
  quitting: (failures: number) => `The job encountered too many transient failures (${failures}) and is quitting.`,
  convertFailed: (mailbox: string, attempt: number, most: number, type: string) =>
    `Failed to convert the source mailbox '${mailbox}' to mail-enabled user after the move. Attempt ${attempt}/${most}. Error: ${type}.`,
  cleanupFailed: (details: string) => `Failed to cleanup the source mailbox after the move. Error details: ${details}`,
  /** OfficeDocs-Support, "public-folders"; the words between the two parts are ours. */
  notMailEnabled: (path: string, object: string) =>
    `Error: Public folder "${path.replaceAll('\\', '/')}" couldn't be mail-enabled. The error is as follows: ` +
    `"No MailPublicFolder entry was found in Active Directory with OnPremisesObjectId='${object}'".`,

  // worded here
  publicFoldersNotLocked:
    'The public folders of the source are open: lock them there (Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true, of Exchange 2010 -PublicFoldersLockedForMigration $true) before the migration is finalized. Nobody can use them from then on.',
  publicFoldersOpened: (mailEnabled: number) => `The public folders are open to everybody; ${plural(mailEnabled, 'mail-enabled folder')}.`,
  missing: (what: string) => `An item is missing: ${what}`,
  listed: ({ items, bytes }: Amount) => `The messages to copy are listed: ${plural(items, 'item')}, ${sizeText(bytes)} in all.`,
  seeded: ({ items, bytes }: Amount) => `The first copy is complete: ${plural(items, 'item')}, ${sizeText(bytes)}.`,
  changes: (mailbox: string, folders: { readonly changed: number; readonly deleted: number }, messages: ChangeCounts) =>
    `Changes since the last sync in source mailbox '${mailbox}': folders changed ${folders.changed}, deleted ${folders.deleted}; messages written ${messages.changed}, deleted ${messages.deleted}, read ${messages.read}, unread ${messages.unread}.`,
  synced: (round: number, changes: number) => `Incremental sync ${round} is complete: ${plural(changes, 'change')} carried over.`,
  autoSuspended: 'The move is ready to complete and suspends itself now.',
  reachedSynced: (next: string) => `The mailbox is synced. The next sync is due at ${next}.`,
  resumed: (status: string) => `The move goes on where it was: ${status}.`,
  finalSync: (mailbox: string) => `The final sync begins: source mailbox '${mailbox}' is locked.`,
  verifying: 'The contents of both mailboxes are compared.',
  verified: (folders: number, { items, bytes }: Amount) =>
    `The contents of both mailboxes are the same: ${plural(folders, 'folder')}, ${plural(items, 'item')}, ${sizeText(bytes)}.`,
  becameMailbox: (server: string) => `The mail user is a mailbox now; directory server '${server}'.`,
  becameMailUser: (server: string) => `The mailbox is a mail user now; directory server '${server}'.`,
  archiveUpdated: (side: 'source' | 'target', server: string) =>
    `The archive of the ${side} user is entered; directory server '${server}'.`,
  cleaning: 'The move itself is done; the source is cleaned up.',
  sourceCleaned: (mailbox: string) => `Source mailbox '${mailbox}' is cleaned up.`,
  targetReset: (mailbox: string) => `Target mailbox '${mailbox}' takes clients.`,
  stateDeleted: (mailbox: string) => `What the move kept with target mailbox '${mailbox}' is deleted.`,
  done: 'The request is done.',
  overQuota: (mailbox: string, bytes: number, quota: number) =>
    `Mailbox '${mailbox}' holds ${sizeText(bytes)} at the source; the quota of the target is ${sizeText(quota)}.`,
  fatal: (type: string) => `Error ${type} ends the request.`,
  lockedElsewhere: (until: string) => `The request waits because the mailbox is locked. The next attempt is due at ${until}.`,
  proxyFull: (until: string) => `The request waits because the MRS proxy takes no more connections. The next attempt is due at ${until}.`,
  defect: (attempt: number, most: number) => `An internal error has stopped the job. It is tried again (${attempt}/${most}).`,
  poisoned: (most: number) => `Internal errors, or the end of its process, have stopped the job ${most} times in a row.`,
  stuck: (hours: number) => `The job is at work, and has come no further for ${plural(hours, 'hour')}.`,
  // The sentence is published of the source (learn.microsoft.com/answers 1694137).
  unreached: (side: 'source' | 'target', why: string) => `Couldn't connect to the ${side} mailbox. --> ${why}`,
  suspended: 'The request is suspended.',
  skipped: (kind: 'corrupt' | 'large' | 'missing', count: number) => `${plural(count, `${kind} item`)} left out.`,
  unlocked: (mailbox: string) => `Source mailbox '${mailbox}' is open to its owner again.`,
} as const;

/** So many messages of so many octets. */
export interface Amount {
  readonly items: number;
  readonly bytes: number;
}

/** What a round of syncing has carried over. */
export interface ChangeCounts {
  readonly changed: number;
  readonly deleted: number;
  readonly read: number;
  readonly unread: number;
}

/** `Item (IPM.Note) Subject:"4600562666", Folder:"Inbox"`, with the size where that is the matter (Microsoft Support, "large items skipped"). */
export function itemText(
  { messageClass, subject, size }: Pick<MessageRecord, 'messageClass' | 'subject' | 'size'>,
  folder: string,
  withSize: boolean,
): string {
  const sized = withSize ? `, Size: ${sizeText(size)}` : '';
  return `Item (${messageClass}) Subject:"${subject}"${sized}, Folder:"${folder}"`;
}

/** The lines of a principal's failure that scripts of administrators look for: `Folder:`, `Alias:`, `DisplayName:`, `MailboxGuid:`, `SID:`. */
export function principalContext(folder: string, sid: string, principal: Principal | undefined): string {
  const known =
    principal === undefined
      ? ''
      : `Alias: ${principal.alias}; DisplayName: ${principal.displayName}; MailboxGuid: ${principal.mailboxGuid ?? ''}; `;
  return `Folder: '${folder}'\n${known}SID: ${sid}`;
}
