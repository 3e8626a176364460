import { publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { type MigrationBatch, migrationBatches, type PublicFolderMap } from '../../domain/migration/batches.ts';
import { type MigrationEndpoint, migrationEndpoints } from '../../domain/migration/endpoints.ts';
import { areTooMany, type ListedFolder, readPublicFolderMap, tooManyMailboxes } from '../../domain/migration/public-folder-map.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { requireObject } from '../config-object.ts';
import { guidGiven, textGiven } from '../given.ts';
import type { Unmovable } from '../move-request/preconditions.ts';
import { usualTerms } from '../move-request/terms-given.ts';
import { octetsGiven } from '../picture-given.ts';
import { findPublicFolders } from '../public-folder/hierarchy.ts';
import { requireOf } from '../recipient/noun.ts';
import type { BatchKind } from './batch-kind.ts';
import { credentialAt } from './credential-at.ts';
import { connectionFailed, probePublicFolders } from './mrs-proxy.ts';
import { termsOfUser } from './user-terms.ts';

/** Published (OfficeDocs-Support, "cannot finalize a public folder migration batch"). */
const syncedTooLongAgo = "The migration batch can't be completed due to one or more users having a last sync date older than 7 days.";
const lastSyncMs = 7 * 86_400_000;

/**
 * Public folders of another organisation, which come into held public folder mailboxes here. One batch carries all of them; its only user
 * is the mailbox with the hierarchy (Exchange has one for each mailbox of the list).
 */
export const publicFolderBatches: BatchKind<PublicFolderMap> = {
  type: 'PublicFolder',
  parameters: { SourcePfPrimaryMailboxGuid: 'text', BadItemLimit: 'text', LargeItemLimit: 'text' },
  async content(scope, given, endpoint) {
    if (given['SourceEndpoint'] === undefined)
      throw cmdletRefusal('bad-parameter', 'Public folders come in alone: the batch needs -SourceEndpoint.');
    const folders = foldersGiven(given);
    await requireNoOther(scope);
    const hierarchy = await requireHeldHierarchy(scope);
    const map = await mapOf(scope, hierarchy, folders);
    return { type: 'PublicFolder', map, source: await sourceOf(scope, given, endpoint) };
  },
  async list(scope, given, batch) {
    const hierarchy = await requireHeldHierarchy(scope);
    const map = await mapOf(scope, hierarchy, foldersGiven(given));
    if (JSON.stringify(map) !== JSON.stringify(batch.map))
      throw cmdletRefusal('operation-failed', 'The folders of a batch stay as they are: remove it and make a new one with the other list.');
    return [{ address: hierarchy.primaryAddress, parts: null, targetDatabase: null, targetArchiveDatabase: null }];
  },
  async start(scope, { batch, user, endpoint }) {
    const person = await scope.directory(scope.organization.name).byAddress(user.address);
    if (person === undefined || publicFolderMailbox(person) === null || person.settings.heldForMigration !== true)
      return { person, problem: notHeld(user.address) };
    const terms = termsOfUser(usualTerms(scope, endpoint.remoteServer), batch, user);
    const nowhere = { deliveryDomain: '', targetDatabase: null, targetArchiveDatabase: null };
    return { person, move: { type: batch.type, direction: 'Pull', parts: 'PrimaryOnly', terms, ...nowhere } };
  },
  async mayComplete(scope, batch, users) {
    const { at } = scope;
    if (users.some(({ request }) => (request?.progress.moments.lastSuccessfulSync ?? at) < at - lastSyncMs))
      throw cmdletRefusal('operation-failed', syncedTooLongAgo);
    const { value: endpoint } = await scope.transaction((tx) => requireObject(migrationEndpoints, scope.organization, batch.endpoint, tx));
    // The sentence is ours; Microsoft's article says what to do and when ("Lock down the public folders").
    if (!(await asked(scope, endpoint)).isLocked)
      throw cmdletRefusal(
        'operation-failed',
        'The public folders of the source are open: lock them there (Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true, of Exchange 2010 -PublicFoldersLockedForMigration $true) before the migration is finalized. Nobody can use them from then on.',
      );
  },
  shown: ({ source, map }) => ({
    SourcePublicFolderPrimaryMailboxGuid: source,
    TargetPublicFolderMailboxCount: new Set(map.map(({ mailbox }) => mailbox)).size,
  }),
};

function foldersGiven(given: CmdletParameters): readonly ListedFolder[] {
  // Published: "Troubleshoot IMAP migration", OfficeDocs-Support.
  if ((textGiven(given, 'CSVData') ?? '') === '') throw cmdletRefusal('bad-parameter', "Upload file can't be empty");
  const text = octetsGiven(given, 'CSVData').toString('utf8');
  const read = readPublicFolderMap(text, { allowUnknown: given['AllowUnknownColumnsInCsv'] === true });
  if ('problem' in read) throw cmdletRefusal('bad-parameter', read.problem);
  return read.folders;
}

/** "Exchange allows creating only one migration batch at a time" (Microsoft: Use batch migration to migrate Exchange Server public folders); the sentence is ours. */
async function requireNoOther({ organization, transaction }: CmdletScope): Promise<void> {
  const batches = await transaction((tx) => migrationBatches.list(tx, organization.name));
  const other = batches.find(({ value }: { readonly value: MigrationBatch }) => value.type === 'PublicFolder');
  if (other !== undefined)
    throw cmdletRefusal('operation-failed', `One batch migrates all public folders, and there is one: '${other.name}'. Remove it first.`);
}

async function requireHeldHierarchy(scope: CmdletScope): Promise<Recipient> {
  const found = await findPublicFolders(scope);
  if (found?.owner.settings.heldForMigration === true) return found.owner;
  throw cmdletRefusal('operation-failed', notHeld(found?.owner.displayName).message);
}

function notHeld(name: string | undefined): Unmovable {
  const what = name === undefined ? 'There is no public folder mailbox' : `The public folder mailbox '${name}' is not held`;
  return {
    type: 'MigrationPermanentException',
    message: `${what}: public folders are migrated into a new one that is made with New-Mailbox -PublicFolder -HoldForMigration.`,
  };
}

/** The list with the mailboxes that it names. The top goes to the mailbox with the hierarchy; the sentences are ours. */
async function mapOf(scope: CmdletScope, hierarchy: Recipient, folders: readonly ListedFolder[]): Promise<PublicFolderMap['map']> {
  const all = (await scope.directory(scope.organization.name).all()).filter(({ type }) => type === 'PublicFolderMailbox');
  if (areTooMany(all.length)) throw cmdletRefusal('operation-failed', tooManyMailboxes);
  const known = new Map<string, Guid | undefined>();
  const map: { path: string; mailbox: Guid | undefined }[] = [];
  for (const { path, mailbox } of folders) {
    const key = mailbox.toLowerCase();
    if (!known.has(key)) {
      const found = await requireOf({ types: ['PublicFolderMailbox'] }, scope, mailbox);
      known.set(key, found.guid === hierarchy.guid ? undefined : (found.exchangeGuid ?? undefined));
    }
    if (path === '\\' && known.get(key) !== undefined)
      throw cmdletRefusal('bad-parameter', `"\\" goes to the mailbox with the hierarchy, '${hierarchy.displayName}', not to '${mailbox}'.`);
    map.push({ path, mailbox: known.get(key) });
  }
  return map;
}

/** The mailbox with the hierarchy at the source: the one that is said, or that it says. */
async function sourceOf(scope: CmdletScope, given: CmdletParameters, endpoint: MigrationEndpoint): Promise<Guid> {
  const { mailboxes } = await asked(scope, endpoint);
  const [hierarchy] = mailboxes;
  if (hierarchy === undefined)
    throw cmdletRefusal('operation-failed', `There are no public folders behind the endpoint '${endpoint.name}'.`);
  const wanted = guidGiven(given, 'SourcePfPrimaryMailboxGuid');
  if (wanted !== undefined && wanted !== hierarchy)
    throw cmdletRefusal(
      'bad-parameter',
      `-SourcePfPrimaryMailboxGuid: the mailbox with the hierarchy is ${hierarchy} there, not ${wanted}.`,
    );
  return hierarchy;
}

async function asked(scope: CmdletScope, endpoint: MigrationEndpoint) {
  const host = endpoint.remoteServer;
  const told = await probePublicFolders(scope, { host, credential: await credentialAt(scope, endpoint) });
  if ('message' in told) throw cmdletRefusal('operation-failed', `${connectionFailed(host)} ---> ${told.message}`);
  return told;
}
