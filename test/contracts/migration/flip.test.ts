import { expect, test } from 'vitest';
import { runSyncCycle } from '../../../shared/bridges/directory-sync/cycle.ts';
import type { RecipientConversion } from '../../../shared/bridges/migration/ports.ts';
import { targetPrincipals, translateAcl } from '../../../shared/bridges/migration/principals.ts';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import type { MoveGround, MoveOf } from '../../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { calendarProcessing, setCalendarProcessing } from '../../../shared/domain/calendar/calendar-processing.ts';
import { localArchive, localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { readRecipients, updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { changeAutomaticReplies, readAutomaticReplies } from '../../../shared/domain/mailbox/automatic-replies.ts';
import { folderPermissions, setFolderPermission } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { createFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { getFolder, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { createRule, readRules } from '../../../shared/domain/mailbox/rules/rule-messages.ts';
import { isLocked } from '../../../shared/domain/mailbox/transit.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { copyAll, flip, followChanges } from '../../support/move-mailbox.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { message } from '../mailbox/support.ts';
import { at, type Both, maryMailbox, ofMary, openBoth, usedMailbox } from './support.ts';

const deliveryDomain = 'contoso.mail.onmicrosoft.test';
const lockoutMs = 2 * 3_600_000;

async function ends(both: Both, of: MoveOf = ofMary) {
  return { from: await openStoreSource(both.premises, of), to: await openStoreDestination(both.cloud, of) };
}

async function person({ directory }: MoveGround, alias = 'mary'): Promise<Recipient> {
  return present(await directory.byAlias(alias), alias);
}

async function change({ store, organization }: MoveGround, guid: Guid, changed: (current: Recipient) => Recipient): Promise<void> {
  await store.transaction(async (tx) => {
    const [current] = await readRecipients(tx, organization.name, [guid]);
    await updateRecipient(tx, changed(present(current, 'the person')), at);
  });
}

describeOnEveryStore('the flip of a move', (source) => {
  test('a lock ends by itself before the flip and not in the midst of it; one that has ended cannot be kept', async () => {
    const both = await openBoth(await source.open());
    const { from } = await ends(both);
    const write = (): Promise<unknown> => both.store.transaction((tx) => createItem(tx, maryMailbox, 3, message('new'), both.time));
    const moving = { code: 'SourceMailboxAlreadyBeingMovedTransientException' };
    await expect(from.setInTransit('Flipping')).rejects.toMatchObject(moving);
    await from.setInTransit('Locked');
    both.time = at + lockoutMs;
    await expect(from.setInTransit('Flipping')).rejects.toMatchObject(moving);
    await from.setInTransit('Locked');
    for (const _ of [1, 2]) await from.setInTransit('Flipping');
    both.time += 10 * lockoutMs;
    expect(await isLocked(both.store.read, maryMailbox, both.time)).toBe(true);
    await expect(write()).rejects.toMatchObject({ code: 'scope-held' });
    // Somebody took the move back before the target was in use.
    await from.setInTransit('None');
    await write();
    both.close();
  });

  test('the mail user has the mailbox and the mailbox user is a remote one; either step may be taken again', async () => {
    const both = await openBoth(await source.open());
    const before = { here: await person(both.premises), there: await person(both.cloud) };
    const { from, to } = await ends(both);
    await to.create();
    await copyAll(from, to);
    await from.setInTransit('Locked');
    for (const _ of [1, 2]) expect(await flip(from, to, deliveryDomain)).toEqual([]);

    const there = await person(both.cloud);
    const physical = present(localMailbox(there), 'her mailbox');
    expect(physical).not.toBe(maryMailbox);
    expect(there).toMatchObject({
      type: 'UserMailbox',
      targetAddress: null,
      exchangeGuid: maryMailbox,
      primaryAddress: 'mary@contoso.test',
    });
    expect(there.addresses).toEqual([...before.there.addresses]);
    expect(there.settings).toEqual({ ...before.there.settings, physicalMailbox: physical });
    const here = await person(both.premises);
    expect(here).toEqual({
      ...before.here,
      ...{ type: 'RemoteUserMailbox', targetAddress: `mary@${deliveryDomain}` },
      addresses: [...before.here.addresses, `X500:${there.legacyDn}`].toSorted(),
      settings: { ...before.here.settings, migrated: true },
    });
    expect(localMailbox(here)).toBeNull();
    // Nobody writes to either but its owner.
    await expect(both.store.transaction((tx) => createItem(tx, maryMailbox, 3, message('late'), at))).rejects.toMatchObject({
      code: 'scope-held',
    });
    await expect(to.putFolders([])).resolves.toBeUndefined();
    await expect(to.deleteMessages(['x'])).rejects.toMatchObject({ code: 'DestMailboxAlreadyBeingMovedTransientException' });
    await expect(to.deleteMailbox()).rejects.toMatchObject({ code: 'MailboxInUsePermanentException' });
    both.time += 3 * 3_600_000;
    await from.deleteMailbox();
    await from.deleteMailbox();
    expect(await usedMailbox(both.cloud)).toBe(physical);
    both.close();
  });

  test('without an address in the delivery domain the report is told, and mail goes to the primary one', async () => {
    const both = await openBoth(await source.open(), ['mary']);
    const { from, to } = await ends(both);
    await to.create();
    await from.setInTransit('Locked');
    const [warning, ...others] = await flip(from, to, 'elsewhere.test');
    expect(warning).toMatch(/^The target mailbox doesn't have an SMTP proxy matching 'elsewhere\.test'\./);
    expect(others).toEqual([]);
    expect((await person(both.premises)).targetAddress).toBe('mary@contoso.test');
    both.close();
  });

  test('shared mailboxes and rooms stay what they are', async () => {
    for (const [type, remote] of [
      ['SharedMailbox', 'RemoteSharedMailbox'],
      ['RoomMailbox', 'RemoteRoomMailbox'],
    ] as const) {
      const both = await openBoth(await source.open(), ['mary']);
      await change(both.premises, (await person(both.premises)).guid, (mary) => ({ ...mary, type }));
      const { from, to } = await ends(both);
      await to.create();
      await from.setInTransit('Locked');
      await flip(from, to, deliveryDomain);
      expect([(await person(both.premises)).type, (await person(both.cloud)).type]).toEqual([remote, type]);
      both.close();
    }
  });

  test('whoever has a mailbox is given no second one, and a mailbox is moved by one move at a time', async () => {
    const both = await openBoth(await source.open(), ['mary']);
    const back = await openStoreDestination(both.premises, ofMary);
    await expect(back.create()).rejects.toMatchObject({
      code: 'TargetUserAlreadyHasPrimaryMailboxException',
      values: { Message: "Target user 'mary' already has a primary mailbox." },
    });
    await expect(openStoreSource(both.premises, { ...ofMary, mailboxGuid: namedGuid('nobody') })).rejects.toMatchObject({
      values: { Message: `Cannot find a recipient that has mailbox GUID '${namedGuid('nobody')}'.` },
    });
    const first = await ends(both);
    const second = await ends(both, { ...ofMary, holder: 'request 2' });
    await first.from.setInTransit('SyncSource');
    await first.to.create();
    await expect(second.from.setInTransit('SyncSource')).rejects.toMatchObject({
      code: 'SourceMailboxAlreadyBeingMovedTransientException',
    });
    await expect(second.to.create()).rejects.toMatchObject({ code: 'DestMailboxAlreadyBeingMovedTransientException' });
    await first.from.close();
    await second.from.setInTransit('SyncSource');
    both.time += 2 * 3_600_000;
    await first.from.setInTransit('SyncSource');
    // A connection that broke holds a target no longer than a source, and what it wrote is found by the next one.
    await second.to.create();
    expect(await second.to.exists()).toBe(true);
    await second.to.putFolders([]);
    await expect(first.to.deleteMessages(['x'])).rejects.toMatchObject({ code: 'DestMailboxAlreadyBeingMovedTransientException' });
    expect(await both.store.read.selectFrom('mailbox').select('guid').where('stands_for', '=', maryMailbox).execute()).toHaveLength(1);
    both.close();
  });

  test('rules, permissions and absences name what they named', async () => {
    const both = await openBoth(await source.open());
    const rob = await person(both.premises, 'rob');
    await both.store.transaction(async (tx) => {
      const inbox = await requireFolder(tx, maryMailbox, 'inbox');
      const folder = await createFolder(tx, maryMailbox, { parent: inbox.counter, displayName: 'Orders' }, at);
      const rule = {
        name: 'orders',
        priority: 1,
        isEnabled: true,
        conditions: {},
        exceptions: {},
        actions: { MoveToFolder: folder.counter },
      };
      await createRule(tx, maryMailbox, rule, at);
      await setFolderPermission(tx, folder, rob.guid, folderRoles.Reviewer, at);
      const calendar = await requireFolder(tx, maryMailbox, 'calendar');
      const event = await createItem(tx, maryMailbox, calendar.counter, message('away', {}, { class: 'IPM.Appointment' }), at);
      const { meetings } = await readAutomaticReplies(tx, maryMailbox);
      await setCalendarProcessing(tx, calendar, { bookInPolicy: [rob.guid, namedGuid('nobody')], requestOutOfPolicy: [rob.guid] }, at);
      await changeAutomaticReplies(tx, maryMailbox, { meetings: { ...meetings, event: event.counter } }, at);
    });
    const giveAccess = (mary: Recipient): Recipient => ({
      ...mary,
      access: [{ trustee: rob.guid, right: 'FullAccess', inherited: false }],
    });
    await change(both.premises, (await person(both.premises)).guid, giveAccess);
    const { from, to } = await ends(both);
    await to.create();
    await copyAll(from, to);
    await from.setInTransit('Locked');
    const writeAccess = async (): Promise<void> => {
      for await (const folders of from.folders({ access: true })) {
        for (const { entryId, access } of folders) {
          expect(access).toEqual(await from.folderAcl(entryId));
          await to.setFolderAcl(entryId, await translated(both, access ?? []));
        }
      }
    };
    for (const _ of [1, 2]) {
      await to.setRules(await from.rules());
      await writeAccess();
      await to.setMailboxAcl(await translated(both, await from.mailboxAcl()));
    }
    // What is there already is not written again.
    const changes = () => both.store.read.selectFrom('change').select(['scope', 'sequence']).execute();
    const before = await changes();
    await writeAccess();
    expect(await changes()).toEqual(before);
    await followChanges(from, to, await from.checkpoint());
    await flip(from, to, deliveryDomain);

    const mailbox = present(await usedMailbox(both.cloud), 'her mailbox');
    const [rule, ...others] = await readRules(both.store.read, mailbox);
    expect(others).toEqual([]);
    const folder = present(await getFolder(both.store.read, mailbox, rule?.actions.MoveToFolder ?? 0), 'the folder of the rule');
    expect(folder.display_name).toBe('Orders');
    const robThere = await person(both.cloud, 'rob');
    expect(folderPermissions(folder)).toContainEqual({ member: robThere.guid, rights: folderRoles.Reviewer });
    expect((await person(both.cloud)).access).toEqual([{ trustee: robThere.guid, right: 'FullAccess', inherited: false }]);
    const { event } = (await readAutomaticReplies(both.store.read, mailbox)).meetings;
    const row = await both.store.read
      .selectFrom('item')
      .select('subject')
      .where('mailbox', '=', mailbox)
      .where('counter', '=', event ?? 0)
      .executeTakeFirst();
    expect(row).toEqual({ subject: 'away' });
    const calendar = await requireFolder(both.store.read, mailbox, 'calendar');
    const { bookInPolicy, requestOutOfPolicy } = calendarProcessing(calendar, 'UserMailbox');
    expect([bookInPolicy, requestOutOfPolicy]).toEqual([[robThere.guid], [robThere.guid]]);
    both.close();
  });

  test('an archive moves beside its mailbox, or alone', async () => {
    const both = await openBoth(await source.open(), ['mary']);
    const archive = namedGuid('archive', 'mary');
    const { guid } = await person(both.premises);
    await change(both.premises, guid, (mary) => ({ ...mary, archiveGuid: archive }));
    await change(both.cloud, (await person(both.cloud)).guid, (mary) => ({ ...mary, archiveGuid: archive }));
    await both.store.transaction(async (tx) => {
      const ids = { databaseGuid: namedGuid('database'), replicaGuid: namedGuid('replica') };
      await createMailbox(tx, { guid: archive, organization: contoso.name, recipient: guid, kind: 'archive', ...ids }, at);
      const top = await requireFolder(tx, archive, 'msgfolderroot');
      await createItem(tx, archive, top.counter, message('old'), at);
    });
    // The mailbox alone: what lies in the archive stays where it is, and hers.
    const { from, to } = await ends(both);
    await to.create();
    await from.setInTransit('Locked');
    await flip(from, to, deliveryDomain);
    expect([localArchive(await person(both.premises)), localArchive(await person(both.cloud))]).toEqual([archive, null]);
    expect((await person(both.cloud)).settings.archiveDomain).toBe('contoso.test');
    // Then the archive.
    const alone = await ends(both, { ...ofMary, kind: 'archive' });
    await alone.to.create();
    await copyAll(alone.from, alone.to);
    await alone.from.setInTransit('Locked');
    const update = async (otherSide: RecipientConversion['otherSide']): Promise<RecipientConversion> => ({
      operation: 'UpdateArchiveOnly',
      ...{ otherSide, deliveryDomain },
    });
    for (const _ of [1, 2]) {
      const { recipient } = await alone.to.convertRecipient(await update(await alone.from.recipient()));
      await alone.from.convertRecipient(await update(recipient));
    }
    expect(localArchive(await person(both.premises))).toBeNull();
    const moved = present(localArchive(await person(both.cloud)), 'her archive');
    const rows = await both.store.read.selectFrom('item').select('subject').where('mailbox', '=', moved).execute();
    expect(rows).toEqual([{ subject: 'old' }]);
    await alone.from.deleteMailbox();
    both.close();
  });

  test('a cycle of directory synchronisation that read the directories before the flip does not undo it', async () => {
    const both = await openBoth(await source.open(), ['mary']);
    const { from, to } = await ends(both);
    await to.create();
    await from.setInTransit('Locked');
    await change(both.premises, (await person(both.premises)).guid, (mary) => ({ ...mary, displayName: 'Mary Major' }));
    // The cycle plans with what it read before: the flip comes between that and what it writes.
    let transactions = 0;
    const outcome = runSyncCycle({
      ...{ organization: contoso, organizations: { all: [contoso, contosoCloud] }, at: both.time },
      directory: (name) => (name === contoso.name ? both.premises : both.cloud).directory,
      async transaction(work) {
        transactions += 1;
        if (transactions === 2) await flip(from, to, deliveryDomain);
        return both.store.transaction(work);
      },
    });
    expect(await outcome).toMatchObject({ tenant: contosoCloud.name });
    expect(transactions).toBeGreaterThan(2);
    const flipped = await person(both.cloud);
    expect(flipped).toMatchObject({ type: 'UserMailbox', targetAddress: null, exchangeGuid: maryMailbox });
    expect(localMailbox(flipped)).not.toBeNull();
    both.close();
  });
});

async function translated(both: Both, list: Awaited<ReturnType<Awaited<ReturnType<typeof openStoreSource>>['mailboxAcl']>>) {
  const from = await openStoreSource(both.premises, ofMary);
  const source = await from.resolvePrincipals(list.flatMap(({ sid }) => sid ?? []));
  const { entries, failures } = translateAcl(list, source, await targetPrincipals(both.cloud.directory, source));
  expect(failures).toEqual([]);
  return entries;
}
