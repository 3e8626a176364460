import { archiveNameOf, localArchive, localMailbox, type Recipient } from '../domain/directory/recipient.ts';
import { contentsOfMailbox } from '../domain/mailbox/mailbox-contents.ts';
import { sizeOfMailbox } from '../domain/mailbox/mailbox-size.ts';
import { deletedMailboxes } from '../domain/mailbox/mailboxes.ts';
import { quotasOf, storageLimitStatus } from '../domain/mailbox/quota.ts';
import { databaseNameOfMailbox, mailboxDatabases, setupQuotas } from '../domain/organization/mailbox-databases.ts';
import { homeServerOf } from '../domain/organization/servers.ts';
import { type Guid, parseGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { serverOf } from './mailbox-database.ts';
import { requireMailbox } from './mailbox-identity.ts';
import { sizeText } from './recipient/size.ts';
import { requireServers } from './server-identity.ts';

const shownAtOnce = 100;

/**
 * `Get-MailboxStatistics mary`: how much lies in a mailbox, and how near that is to its quotas; without a mailbox, those of a server,
 * by default the first ("the local server"), those that were taken away after a move among them. Nothing is known of logons, and
 * mailboxes that were disabled are not shown.
 */
export const getMailboxStatistics: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  positional: 'Identity',
  parameters: { Identity: 'text', Archive: 'switch', Database: 'text', Server: 'text' },
  required: [],
  async run(scope, given) {
    const identity = textGiven(given, 'Identity');
    if (identity !== undefined) {
      const guid = parseGuid(identity);
      const owner = guid && (await scope.directory(scope.organization.name).byExchangeGuid(guid));
      const named = owner === undefined ? await requireMailbox(scope, identity) : { owner, mailbox: localMailbox(owner) };
      const isArchive = given['Archive'] === true || (guid !== undefined && guid === localArchive(named.owner));
      const mailbox = isArchive ? localArchive(named.owner) : named.mailbox;
      if (mailbox === null) throw cmdletRefusal('operation-failed', `The mailbox of ${named.owner.displayName} has no archive.`);
      return [await show(scope, named.owner, mailbox, isArchive)];
    }
    const [database, server] = [textGiven(given, 'Database'), textGiven(given, 'Server')];
    if (scope.organization.kind === 'cloud') throw cmdletRefusal('bad-parameter', 'Get-MailboxStatistics needs -Identity.');
    return ofServer(scope, database === undefined ? requireServers(scope.organization, server)[0] : serverOf(scope, database));
  },
};

async function ofServer(scope: CmdletScope, server: string): Promise<CmdletObject[]> {
  const shown: CmdletObject[] = [];
  for (const owner of await scope.directory(scope.organization.name).all()) {
    for (const [mailbox, isArchive] of [[localMailbox(owner), false] as const, [localArchive(owner), true] as const]) {
      if (mailbox === null || homeServerOf(scope.organization, mailbox) !== server) continue;
      shown.push(await show(scope, owner, mailbox, isArchive));
      if (shown.length % shownAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for (const mailbox of await scope.transaction((tx) => deletedMailboxes(tx, scope.organization.name))) {
    const owner = await scope.directory(scope.organization.name).byGuid(mailbox.recipient);
    if (owner === undefined || homeServerOf(scope.organization, mailbox.guid) !== server) continue;
    const left = await show(scope, owner, mailbox.guid, mailbox.kind === 'archive');
    shown.push({ ...left, DisconnectDate: new Date(mailbox.deleted ?? 0), DisconnectReason: 'SoftDeleted' });
  }
  return shown;
}

async function show(
  { organization, transaction }: CmdletScope,
  owner: Recipient,
  mailbox: Guid,
  isArchive: boolean,
): Promise<CmdletObject> {
  const database = databaseNameOfMailbox(organization, mailbox);
  const { contents, size, quotas, ofDatabase } = await transaction(async (tx) => ({
    contents: await contentsOfMailbox(tx, mailbox),
    size: await sizeOfMailbox(tx, mailbox),
    quotas: await quotasOf(tx, mailbox),
    ofDatabase: { ...setupQuotas, ...(await mailboxDatabases.find(tx, organization.name, database))?.value.quotas },
  }));
  const guid = (isArchive ? owner.archiveGuid : owner.exchangeGuid) ?? mailbox;
  const isOnPremises = organization.kind === 'on-premises';
  return {
    AssociatedItemCount: contents.associated,
    DeletedItemCount: contents.recoverable,
    DisconnectDate: null,
    DisconnectReason: null,
    DisplayName: isArchive ? archiveNameOf(owner) : owner.displayName,
    ItemCount: contents.items,
    LegacyDN: owner.legacyDn,
    MailboxGuid: guid,
    StorageLimitStatus: storageLimitStatus(quotas, size.inUse),
    TotalDeletedItemSize: sizeText(size.recoverable),
    TotalItemSize: sizeText(size.inUse),
    MailboxMessagesPerFolderCountReceiveQuota: quotas.messagesPerFolder ?? 'Unlimited',
    ...(isOnPremises
      ? {
          DatabaseIssueWarningQuota: sizeText(ofDatabase.IssueWarningQuota ?? undefined),
          DatabaseProhibitSendQuota: sizeText(ofDatabase.ProhibitSendQuota ?? undefined),
          DatabaseProhibitSendReceiveQuota: sizeText(ofDatabase.ProhibitSendReceiveQuota ?? undefined),
          Database: database,
          DatabaseName: database,
        }
      : {}),
    ServerName: homeServerOf(organization, mailbox),
    IsArchiveMailbox: isArchive,
    Identity: guid,
    IsValid: true,
  };
}
