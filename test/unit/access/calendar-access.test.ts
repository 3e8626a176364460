import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarAccessOf } from '../../../shared/bridges/access/calendar-access.ts';
import { accessByRights, type CalendarAccess, calendarAccesses, lesserAccess } from '../../../shared/domain/calendar/sharing.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { createRecipients } from '../../../shared/domain/directory/recipients.ts';
import { allFolderRights, type FolderMember, setFolderPermission } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { type FolderRole, folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { getFolderByRole, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { recipient } from '../../contracts/directory/recipients.ts';
import { at, mailbox, withMailbox } from '../../contracts/mailbox/support.ts';

const rob = recipient('rob');
const adam = recipient('adam');
const zoe = recipient('zoe');
const inner = recipient('inner', { type: 'MailUniversalDistributionGroup', members: [rob.guid] });
const outer = recipient('outer', { type: 'MailUniversalDistributionGroup', members: [inner.guid, adam.guid] });
const other = recipient('other', { type: 'MailUniversalDistributionGroup', members: [rob.guid] });
const mary = recipient('mary', { access: [{ trustee: zoe.guid, right: 'FullAccess', inherited: false }] });
const members = { Default: 'Default', Anonymous: 'Anonymous', rob: rob.guid, outer: outer.guid, other: other.guid } as const;
type Entries = Partial<Record<keyof typeof members, FolderRole>>;

let store: Store;
let directory: Directory;
beforeAll(async () => {
  store = await openStore({ location: ':memory:' });
  await store.transaction((tx) => createRecipients(tx, mary.organization, [mary, rob, adam, zoe, inner, outer, other], at));
  await withMailbox(store);
  directory = openDirectory(store, mary.organization);
});
afterAll(async () => {
  directory.close();
  await store.close();
});

/** Makes the table of the calendar as it is told; what is not told is as in a new folder. */
async function setRights(entries: ReadonlyMap<FolderMember, number>): Promise<void> {
  await store.transaction(async (tx) => {
    for (const member of Object.values(members))
      await setFolderPermission(tx, await requireFolder(tx, mailbox, 'calendar'), member, entries.get(member), at);
  });
}
const setEntries = (entries: Entries) =>
  setRights(
    new Map(
      Object.entries(entries).map(([name, role]) => [
        present(members[name as keyof Entries], name),
        folderRoles[present(role, `the role of ${name}`)],
      ]),
    ),
  );

const ask = async (user: typeof rob | undefined) =>
  calendarAccessOf(
    { read: store.read, directory },
    { mailbox, owner: mary, folder: await getFolderByRole(store.read, mailbox, 'calendar') },
    user === undefined ? undefined : { organization: user.organization, recipient: user.guid },
  );

describe('which entry decides', () => {
  test.each<[string, typeof rob | undefined, Entries, CalendarAccess, string]>([
    ['nothing is set', rob, {}, 'AvailabilityOnly', 'Default: AvailabilityOnly'],
    ['Default', rob, { Default: 'LimitedDetails' }, 'LimitedDetails', 'Default: LimitedDetails'],
    ['Default says no', rob, { Default: 'None' }, 'None', 'Default: None'],
    ["the user's own, above Default", rob, { Default: 'None', rob: 'Reviewer' }, 'FullDetails', `${rob.primaryAddress}: FullDetails`],
    ["the user's own, below Default", rob, { Default: 'Editor', rob: 'None' }, 'None', `${rob.primaryAddress}: None`],
    ["the user's own before that of a group", rob, { rob: 'None', outer: 'Owner' }, 'None', `${rob.primaryAddress}: None`],
    ['a group within a group', rob, { outer: 'LimitedDetails' }, 'LimitedDetails', `${outer.primaryAddress}: LimitedDetails`],
    ['a group below Default', adam, { Default: 'Reviewer', outer: 'None' }, 'None', `${outer.primaryAddress}: None`],
    [
      'the more of two groups',
      rob,
      { outer: 'None', other: 'LimitedDetails' },
      'LimitedDetails',
      `${outer.primaryAddress}, ${other.primaryAddress}: LimitedDetails`,
    ],
    [
      'the more of two groups, whichever came first',
      rob,
      { outer: 'Reviewer', other: 'None' },
      'FullDetails',
      `${outer.primaryAddress}, ${other.primaryAddress}: FullDetails`,
    ],
    ['the group of somebody else', adam, { other: 'Reviewer' }, 'AvailabilityOnly', 'Default: AvailabilityOnly'],
    ['writing is not seeing', rob, { rob: 'Contributor' }, 'None', `${rob.primaryAddress}: None`],
    ['somebody from elsewhere', undefined, { rob: 'Owner', Anonymous: 'Owner' }, 'AvailabilityOnly', 'Default: AvailabilityOnly'],
    [
      'somebody of another organisation',
      { ...rob, organization: 'other' },
      { rob: 'Owner' },
      'AvailabilityOnly',
      'Default: AvailabilityOnly',
    ],
  ])('%s', async (_, user, entries, access, actual) => {
    await setEntries(entries);
    const share = await ask(user);
    expect(share).toMatchObject({ access, seesPrivate: false });
    expect(share.check).toMatchObject({
      check: 'sharing.calendar-permission',
      outcome: access === 'None' ? 'failed' : 'passed',
      actual,
    });
  });

  test('the owner and whoever has full access see everything, whatever the table says', async () => {
    await setEntries({ Default: 'None' });
    expect(await ask(mary)).toMatchObject({ access: 'FullDetails', seesPrivate: true, check: { outcome: 'passed', actual: 'owner' } });
    expect(await ask(zoe)).toMatchObject({ access: 'FullDetails', seesPrivate: true, check: { outcome: 'passed', actual: 'FullAccess' } });
  });
});

test('what a relationship and a calendar give is never more than either of them', async () => {
  const rank = (access: CalendarAccess): number => calendarAccesses.indexOf(access);
  const rights = fc.nat(allFolderRights).map((bits) => bits & allFolderRights);
  await fc.assert(
    fc.asyncProperty(
      rights,
      fc.option(rights, { nil: undefined }),
      fc.option(rights, { nil: undefined }),
      fc.constantFrom(...calendarAccesses),
      async (byDefault, robs, others, level) => {
        const entries = new Map<FolderMember, number>([['Default', byDefault]]);
        if (robs !== undefined) entries.set(rob.guid, robs);
        if (others !== undefined) entries.set(other.guid, others);
        await setRights(entries);
        expect((await ask(rob)).access).toBe(accessByRights(robs ?? others ?? byDefault));
        const { access } = await ask(undefined);
        expect(access).toBe(accessByRights(byDefault));
        const shown = lesserAccess(level, access);
        expect([rank(shown) <= rank(level), rank(shown) <= rank(access)]).toEqual([true, true]);
      },
    ),
    { numRuns: 40 },
  );
});
