import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { mailboxRefusal } from './errors.ts';
import { createStandardFolders } from './folder-writes.ts';
import { openSize } from './mailbox-size.ts';
import { standardFolders } from './standard-folders.ts';

export interface Mailbox {
  /** Inside every id of its folders and items: the Exchange GUID, but of a mailbox that was moved here. */
  readonly guid: Guid;
  readonly organization: string;
  /** Object GUID of the recipient whose mailbox it is. */
  readonly recipient: Guid;
  /** `public`: the public folders of an organisation. */
  readonly kind: 'primary' | 'archive' | 'public';
  readonly databaseGuid: Guid;
  /** Identifies the copy of the mailbox in change keys. */
  readonly replicaGuid: Guid;
  /** Of a mailbox that was moved here, or is being: the GUID of the one that it stands for, which its recipient has. */
  readonly standsFor?: Guid | undefined;
  /** When it was taken away; it is kept for a while. */
  readonly deleted?: Instant | undefined;
}

const byGuid = prepared((db, p: { guid: string }) => db.selectFrom('mailbox').selectAll().where('guid', '=', p.guid));
const byRecipient = prepared((db, p: { recipient: string }) =>
  db.selectFrom('mailbox').selectAll().where('recipient', '=', p.recipient).orderBy('created').orderBy('guid'),
);

/** Creates a mailbox with its standard folders. Refuses with `mailbox-exists`. */
export async function createMailbox(tx: Executor, mailbox: Mailbox, instant: Instant): Promise<void> {
  if ((await getMailbox(tx, mailbox.guid)) !== undefined) throw mailboxRefusal('mailbox-exists', `mailbox ${mailbox.guid}`);
  const { guid, organization, recipient, kind, databaseGuid, replicaGuid, standsFor = null } = mailbox;
  const ids = { database_guid: databaseGuid, replica_guid: replicaGuid, stands_for: standsFor };
  const row = {
    guid,
    organization,
    recipient,
    kind,
    ...ids,
    created: instant,
    transit: null,
    transit_holder: null,
    transit_until: null,
    deleted: null,
  };
  await tx.insertInto('mailbox').values(row).execute();
  await openSize(tx, guid);
  await createStandardFolders(tx, guid, standardFolders[kind], instant);
}

/** The mailbox with that GUID, in whatever organisation, or undefined; those that were taken away are there. */
export async function getMailbox(executor: Executor, guid: Guid): Promise<Mailbox | undefined> {
  const row = await byGuid.first(executor, { guid });
  return row === undefined ? undefined : mailboxOf(row);
}

/** The mailboxes of a recipient, the oldest first: one, none, two where there is an archive, and those that move or were taken away. */
export async function getMailboxesOf(executor: Executor, recipient: Guid): Promise<Mailbox[]> {
  return (await byRecipient.all(executor, { recipient })).map(mailboxOf);
}

/** The mailboxes of an organisation that were taken away and are kept for a while. */
export async function deletedMailboxes(executor: Executor, organization: string): Promise<Mailbox[]> {
  const rows = await executor
    .selectFrom('mailbox')
    .selectAll()
    .where('organization', '=', organization)
    .where('deleted', 'is not', null)
    .orderBy('deleted')
    .execute();
  return rows.map(mailboxOf);
}

function mailboxOf(row: {
  guid: string;
  organization: string;
  recipient: string;
  kind: string;
  database_guid: string;
  replica_guid: string;
  stands_for: string | null;
  deleted: number | null;
}): Mailbox {
  return {
    guid: row.guid as Guid,
    organization: row.organization,
    recipient: row.recipient as Guid,
    kind: row.kind as Mailbox['kind'],
    databaseGuid: row.database_guid as Guid,
    replicaGuid: row.replica_guid as Guid,
    ...(row.stands_for === null ? {} : { standsFor: row.stands_for as Guid }),
    ...(row.deleted === null ? {} : { deleted: row.deleted }),
  };
}
