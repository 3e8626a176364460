import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setWorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';
import { askAvailability, shownIn } from './ask-availability.ts';

const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await enterAppointments(lab, 'contoso', mary, [
    { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
    { start: '2026-11-23T12:00Z', end: '2026-11-23T13:00Z', subject: 'Doctor', location: 'Town', busy: 3, isPrivate: true },
  ]);
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet(lab, 'contoso', line);
const setDefault = (rights: string) => run(`Set-MailboxFolderPermission mary:\\Calendar -User Default -AccessRights ${rights}`);
const hoursOf = async (line: string) => {
  await run(`Set-MailboxCalendarConfiguration mary ${line}`);
  return all((await askAvailability(lab, mary, [mary])).body, 'WorkingHours')[0];
};

describe("what a colleague sees of mary's calendar", () => {
  beforeEach(() => setDefault('AvailabilityOnly'));

  test.each([
    ['AvailabilityOnly', 'FreeBusyMerged', [undefined, undefined]],
    ['LimitedDetails', 'DetailedMerged', ['Review', undefined]],
    ['Reviewer', 'DetailedMerged', ['Review', undefined]],
    ['Editor', 'DetailedMerged', ['Review', undefined]],
    ['ReadItems', 'DetailedMerged', ['Review', undefined]],
  ])('with %s for all: the view %s', async (rights, view, subjects) => {
    await setDefault(rights);
    const answer = await askAvailability(lab, rob, [mary]);
    const [shown] = shownIn(answer);
    expect(shown).toMatchObject({ class: 'Success', view, merged: '000000000200300000000000' });
    expect(shown?.events.map(({ details }) => details?.['Subject'])).toEqual(subjects);
    // Ids are for those who may read what they name; what is private stays so.
    const ids = shown?.events.map(({ details }) => details?.['ID'] !== undefined);
    expect(ids).toEqual(/Details$|^Avail/.test(rights) ? [false, false] : [true, true]);
    expect(answer.body).not.toContain('Doctor');
    expect((await lab.exchangeOf(answer)).verdict?.checks.at(-1)).toMatchObject({
      check: 'sharing.calendar-permission',
      outcome: 'passed',
    });
  });

  test.each(['None', 'Contributor', 'FolderVisible'])('with %s: that there is nothing to see', async (rights) => {
    await setDefault(rights);
    const answer = await askAvailability(lab, rob, [mary, rob]);
    const [shown, own] = shownIn(answer);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorNoFreeBusyAccess', view: 'None', merged: undefined, hours: false });
    expect(shown?.facts).toMatchObject({ ExceptionType: 'NoFreeBusyAccessException', ExceptionCode: '5037' });
    expect(shown?.text).toMatch(/The caller does not have access to free\/busy data\.\r?\n\. .* LID: 44348$/);
    expect(own?.view).toBe('DetailedMerged');
    expect((await lab.exchangeOf(answer)).verdict?.checks.slice(-2)).toMatchObject([
      { check: 'sharing.calendar-permission', outcome: 'failed', actual: 'Default: None' },
      { check: 'sharing.calendar-permission', outcome: 'passed', actual: 'owner' },
    ]);
  });

  test('an entry of his own counts before Default, and one of a group before it, too', async () => {
    const view = async (as: string) => shownIn(await askAvailability(lab, as, [mary]))[0]?.view;
    await run('Add-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights None');
    expect([await view(rob), await view(adam)]).toEqual(['None', 'FreeBusyMerged']);
    await run('Add-MailboxFolderPermission mary:\\Calendar -User all-staff@contoso.test -AccessRights LimitedDetails');
    expect([await view(rob), await view(adam)]).toEqual(['None', 'DetailedMerged']);
    await run('Remove-MailboxFolderPermission mary:\\Calendar -User rob -Confirm:$false');
    expect(await view(rob)).toBe('DetailedMerged');
    await run('Remove-MailboxFolderPermission mary:\\Calendar -User all-staff@contoso.test -Confirm:$false');
    expect(await view(rob)).toBe('FreeBusyMerged');
  });
});

describe('working hours', () => {
  test('in a zone whose clocks are changed', async () => {
    const hours = present(
      await hoursOf('-WorkDays Monday,Sunday -WorkingHoursStartTime 09:30 -WorkingHoursTimeZone "W. Europe Standard Time"'),
      'hours',
    );
    expect(texts(hours, 'Bias')).toEqual(['-60', '0', '-60']);
    expect([texts(hours, 'Month'), texts(hours, 'DayOrder'), texts(hours, 'Time')]).toEqual([
      ['10', '3'],
      ['5', '5'],
      ['03:00:00', '02:00:00'],
    ]);
    expect(texts(hours, 'DayOfWeek')).toEqual(['Sunday', 'Sunday', 'Sunday Monday']);
    expect([texts(hours, 'StartTimeInMinutes'), texts(hours, 'EndTimeInMinutes')]).toEqual([['570'], ['1020']]);
  });

  test('of somebody who never works', async () => {
    const hours = present(await hoursOf('-WorkDays None -WorkingHoursTimeZone "India Standard Time"'), 'hours');
    expect([texts(hours, 'Bias')[0], all(hours, 'WorkingPeriod')]).toEqual(['-330', []]);
  });

  test.each([
    ['end before they begin', { timeZone: 'UTC', days: [1], startMinutes: 600, endMinutes: 540 }],
    ['are in no zone', { timeZone: 'Mars', days: [1], startMinutes: 540, endMinutes: 600 }],
  ])('that %s, however they came in: this mailbox is refused, others are not', async (_, hours) => {
    const directory = openDirectory(lab.store, 'contoso');
    const { exchangeGuid } = present(await directory.byAddress(adam), adam);
    directory.close();
    const mailbox = present(exchangeGuid, 'the mailbox');
    const at = lab.clock.state().now;
    await lab.store.transaction(async (tx) => setWorkingHours(tx, await requireFolder(tx, mailbox, 'calendar'), hours, at));
    const [adams, own] = shownIn(await askAvailability(lab, mary, [adam, mary]));
    expect(adams).toMatchObject({ class: 'Error', view: 'None' });
    expect(adams?.text).toContain('InvalidParameterException: Work hours start time must be less than or equal to end time.');
    expect(own?.code).toBe('NoError');
  });
});

test('a world file sets both by its cmdlets', async () => {
  const file = join(lab.dataDir, 'permissions.world.yaml');
  writeFileSync(
    file,
    `version: 1
password: Pa55word!
organizations:
  tiny:
    kind: on-premises
    product: exchange-se
    domains: [tiny.test]
    hosts: { web: mail.tiny.test, autodiscover: autodiscover.tiny.test }
    users: [{ mail: ada@tiny.test }, { mail: ben@tiny.test }]
    cmdlets:
      - Add-MailboxFolderPermission ada:\\Calendar -User ben -AccessRights Reviewer
      - Set-MailboxCalendarConfiguration ada -WorkDays Saturday
`,
  );
  const own = await openTestLab({ world: file });
  try {
    const run = (line: string) => runCmdlet(own, 'tiny', line, 'ada@tiny.test');
    expect(await run('Get-MailboxFolderPermission ada:\\Calendar -User ben')).toMatchObject([{ AccessRights: ['Reviewer'] }]);
    expect(await run('Get-MailboxCalendarConfiguration ada')).toMatchObject([{ WorkDays: 'Saturday' }]);
  } finally {
    await own.close();
  }
});
