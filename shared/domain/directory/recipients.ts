import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import { organizationScope } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import { fold } from '../../store/fold.ts';
import { directoryRefusal } from './errors.ts';
import type { Recipient } from './recipient.ts';
import { fromRow, toAddressRows, toRow, uniqueNames } from './recipient-rows.ts';

/** Rows per statement: SQLite takes at most 32,766 values in one, and a recipient has 17. */
const rowsPerStatement = 500;

/**
 * Creates recipients of one organisation and appends a change for each. Refuses with `address-taken` or `name-taken`
 * (alias, account name, user principal name; without case) when another recipient of the organisation has it.
 */
export async function createRecipients(tx: Executor, organization: string, recipients: readonly Recipient[], at: Instant): Promise<void> {
  if (recipients.length === 0) return;
  await refuseTakenNames(tx, organization, recipients);
  for (const part of slices(recipients)) await tx.insertInto('recipient').values(part.map(toRow)).execute();
  await insertAddresses(tx, recipients);
  await appendRecipientChanges(
    tx,
    organization,
    recipients.map(({ guid }) => guid),
    'create',
    at,
  );
}

/** Replaces what a recipient is, addresses included. Refuses like {@link createRecipients}, and with `recipient-not-found`. */
export async function updateRecipient(tx: Executor, recipient: Recipient, at: Instant): Promise<void> {
  await refuseTakenNames(tx, recipient.organization, [recipient]);
  const updated = await tx
    .updateTable('recipient')
    .set(toRow(recipient))
    .where('guid', '=', recipient.guid)
    .where('organization', '=', recipient.organization)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw directoryRefusal('recipient-not-found', recipient.guid);
  await tx.deleteFrom('proxy_address').where('recipient', '=', recipient.guid).execute();
  await insertAddresses(tx, [recipient]);
  await appendRecipientChanges(tx, recipient.organization, [recipient.guid], 'update', at);
}

/** Removes a recipient and its addresses. Refuses with `recipient-not-found`. */
export async function removeRecipient(tx: Executor, organization: string, guid: Guid, at: Instant): Promise<void> {
  const removed = await tx.deleteFrom('recipient').where('guid', '=', guid).where('organization', '=', organization).executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw directoryRefusal('recipient-not-found', guid);
  await tx.deleteFrom('proxy_address').where('recipient', '=', guid).execute();
  await appendRecipientChanges(tx, organization, [guid], 'delete', at);
}

/** All recipients of an organisation, or those of the given GUIDs that it has. */
export async function readRecipients(executor: Executor, organization: string, guids?: readonly string[]): Promise<readonly Recipient[]> {
  if (guids !== undefined) {
    const read: Recipient[] = [];
    for (const part of slices(guids)) read.push(...(await readPart(executor, organization, part)));
    return read;
  }
  return readPart(executor, organization);
}

async function readPart(executor: Executor, organization: string, guids?: readonly string[]): Promise<readonly Recipient[]> {
  let rows = executor.selectFrom('recipient').selectAll().where('organization', '=', organization);
  let proxies = executor.selectFrom('proxy_address').select(['recipient', 'address']).where('organization', '=', organization);
  if (guids !== undefined) {
    rows = rows.where('guid', 'in', guids);
    proxies = proxies.where('recipient', 'in', guids);
  }
  const addresses = new Map<string, string[]>();
  for (const { recipient, address } of await proxies.execute()) {
    const known = addresses.get(recipient);
    if (known === undefined) addresses.set(recipient, [address]);
    else known.push(address);
  }
  return (await rows.execute()).map((row) => fromRow(row, addresses.get(row.guid) ?? []));
}

async function insertAddresses(tx: Executor, recipients: readonly Recipient[]): Promise<void> {
  for (const part of slices(recipients.flatMap(toAddressRows))) {
    const inserted = await tx
      .insertInto('proxy_address')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(inserted.numInsertedOrUpdatedRows) === part.length) continue;
    const taken = await tx
      .selectFrom('proxy_address')
      .select(['address', 'recipient'])
      .where('organization', '=', part[0]?.organization ?? '')
      .where(
        'address_fold',
        'in',
        part.map(({ address_fold }) => address_fold),
      )
      .execute();
    const clash = taken.find(({ address, recipient }) => !part.some((row) => row.address === address && row.recipient === recipient));
    throw directoryRefusal('address-taken', clash === undefined ? 'one address twice' : `${clash.address} of ${clash.recipient}`);
  }
}

/** Names keep their case in the rows, so they are compared in lower case; `lower` of ASCII is the same in both databases. */
async function refuseTakenNames(tx: Executor, organization: string, recipients: readonly Recipient[]): Promise<void> {
  for (const column of ['alias', 'sam_account_name', 'user_principal_name'] as const) {
    const wanted = recipients.flatMap((recipient) =>
      uniqueNames(recipient).flatMap(([kind, name]) => (kind === column ? [{ name, guid: recipient.guid }] : [])),
    );
    const owners = new Map(wanted.map(({ name, guid }) => [name, guid]));
    if (owners.size < wanted.length) throw directoryRefusal('name-taken', `one ${column} twice`);
    for (const part of slices([...owners.keys()])) {
      const taken = await tx
        .selectFrom('recipient')
        .select(['guid', column])
        .where('organization', '=', organization)
        .where((row) => row(row.fn<string>('lower', [column]), 'in', part))
        .execute();
      const clash = taken.find((row) => row.guid !== owners.get(fold(row[column] ?? '')));
      if (clash !== undefined) throw directoryRefusal('name-taken', `${column} ${clash[column]} of ${clash.guid}`);
    }
  }
}

async function appendRecipientChanges(
  tx: Executor,
  organization: string,
  guids: readonly Guid[],
  operation: string,
  at: Instant,
): Promise<void> {
  const scope = organizationScope(organization);
  const first = await nextSequence(tx, scope, guids.length);
  const rows = guids.map((guid, index) => ({
    scope,
    sequence: first + index,
    kind: 'recipient',
    object: 0,
    identity: guid,
    operation,
    folder: null,
    at,
  }));
  await appendChanges(tx, rows);
}

function* slices<T>(members: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < members.length; start += rowsPerStatement) yield members.slice(start, start + rowsPerStatement);
}
