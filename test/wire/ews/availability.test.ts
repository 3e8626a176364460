import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { labGround } from '../../support/move-mailbox.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { faultOf } from './answers.ts';
import { type Asking, askAvailability, shownIn, zoneXml } from './ask-availability.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  for (const mail of [mary, rob]) {
    await enterAppointments(lab, 'contoso', mail, [
      { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
      { start: '2026-11-23T12:00Z', end: '2026-11-23T13:30Z', subject: 'Doctor', location: 'Town', busy: 3, isPrivate: true },
      { start: '2026-11-23T15:00Z', end: '2026-11-23T16:00Z', busy: 1 },
      { start: '2026-11-23T17:00Z', end: '2026-11-23T18:00Z', busy: 0 },
      { start: '2026-11-24T00:00Z', end: '2026-11-24T01:00Z' },
    ]);
  }
});
afterAll(() => lab.close());

const ask = async (as: string, mailboxes: readonly string[], asking: Asking = {}) =>
  shownIn(await askAvailability(lab, as, mailboxes, asking));
const digits = '000000000200330100000000';

describe('what is shown', () => {
  test('to oneself: everything', async () => {
    const [shown] = await ask(mary, [mary]);
    expect(shown).toMatchObject({ class: 'Success', code: 'NoError', view: 'DetailedMerged', merged: digits, hours: true });
    expect(shown?.events.map(({ start, end, busy }) => `${start} ${end} ${busy}`)).toEqual([
      '2026-11-23T09:00:00 2026-11-23T10:00:00 Busy',
      '2026-11-23T12:00:00 2026-11-23T13:30:00 OOF',
      '2026-11-23T15:00:00 2026-11-23T16:00:00 Tentative',
      '2026-11-23T17:00:00 2026-11-23T18:00:00 Free',
    ]);
    expect(shown?.events[1]?.details).toMatchObject({ Subject: 'Doctor', Location: 'Town', IsPrivate: 'true', IsMeeting: 'false' });
    expect(shown?.events[0]?.details?.['ID']).toMatch(/^[0-9A-F]{140}$/);
  });

  test('to colleagues: when somebody is busy, and no more', async () => {
    const answer = await askAvailability(lab, mary, [rob]);
    const [shown] = shownIn(answer);
    expect(shown).toMatchObject({ class: 'Success', view: 'FreeBusyMerged', merged: digits });
    expect(shown?.events.map(({ details }) => details)).toEqual([undefined, undefined, undefined, undefined]);
    for (const word of ['Review', 'Boardroom', 'Doctor', 'Town']) expect(answer.body).not.toContain(word);
  });

  test.each([
    ['MergedOnly', digits, 0, false],
    ['FreeBusy', undefined, 4, false],
    ['FreeBusyMerged', digits, 4, false],
    ['Detailed', undefined, 4, true],
    ['DetailedMerged', digits, 4, true],
  ])('in the view %s', async (view, merged, events, details) => {
    const [shown] = await ask(mary, [mary], { view });
    expect(shown).toMatchObject({ view, merged, hours: true });
    expect(shown?.events).toHaveLength(events);
    expect(shown?.events.every((event) => (event.details !== undefined) === details)).toBe(true);
  });

  test('several views together, and none at all', async () => {
    expect(await ask(mary, [mary], { view: 'MergedOnly Detailed' })).toMatchObject([{ view: 'DetailedMerged' }]);
    expect(await ask(mary, [mary], { view: '' })).toMatchObject([{ view: 'FreeBusy', merged: undefined }]);
  });

  test('to whoever has full access to a shared mailbox: everything', async () => {
    await enterAppointments(lab, 'contoso', 'info@contoso.test', [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }]);
    expect(await ask(mary, ['info@contoso.test'])).toMatchObject([
      { view: 'DetailedMerged', events: [{ details: { Subject: 'Review' } }] },
    ]);
    expect(await ask('adam@contoso.test', ['info@contoso.test'])).toMatchObject([{ view: 'FreeBusyMerged' }]);
  });

  test('digits by the interval, 30 minutes where none is asked for', async () => {
    expect((await ask(mary, [mary], { interval: '' }))[0]?.merged).toHaveLength(48);
    expect((await ask(mary, [mary], { interval: 1440 }))[0]?.merged).toBe('3');
    expect((await ask(mary, [mary], { interval: 7, view: 'MergedOnly' }))[0]?.merged).toHaveLength(Math.ceil(1440 / 7));
  });
});

describe('the zone', () => {
  const context = (id: string): string => `<t:TimeZoneContext><t:TimeZoneDefinition Id="${id}"/></t:TimeZoneContext>`;
  const version = '<t:RequestServerVersion Version="Exchange2013_SP1"/>';

  test.each<[string, Asking, string]>([
    ['of the request', { zone: zoneXml(-60, true) }, '2026-11-23T10:00:00'],
    ['of the header', { zone: '', header: version + context('Tokyo Standard Time') }, '2026-11-23T18:00:00'],
    ['of the header before that of the request', { zone: zoneXml(-60), header: version + context('UTC') }, '2026-11-23T09:00:00'],
    ['of the request where the header names none', { zone: zoneXml(-120), header: version + context('My Time') }, '2026-11-23T11:00:00'],
  ])('%s', async (_, asking, start) => {
    expect((await ask(mary, [mary], { ...asking, start: '2026-11-23T05:00:00' }))[0]?.events[0]?.start).toBe(start);
  });

  test('shifts the window, but not where the times of the window have a zone', async () => {
    const zone = zoneXml(-60, true);
    const hours = { start: '2026-11-23T10:00:00', end: '2026-11-23T12:00:00', view: 'MergedOnly' };
    expect((await ask(mary, [mary], { ...hours, zone }))[0]?.merged).toBe('20');
    expect((await ask(mary, [mary], { ...hours, start: '2026-11-23T10:00:00Z', end: '2026-11-23T13:00:00+01:00', zone }))[0]?.merged).toBe(
      '00',
    );
  });

  test.each<[string, Asking, string]>([
    ['none', { zone: '' }, 'ErrorTimeZone'],
    ['one that nobody knows', { zone: '', header: version + context('Mars') }, 'ErrorTimeZone'],
    ['a month that is none', { zone: zoneXml(0, true).replace('<t:Month>10<', '<t:Month>13<') }, 'ErrorTimeZone'],
    ['a time that is none', { zone: zoneXml(0, true).replace('03:00:00', 'noon') }, 'ErrorTimeZone'],
    ['a day that is none', { zone: zoneXml(0, true).replace('>Sunday<', '>Weekday<') }, 'ErrorTimeZone'],
    ['clocks a day behind', { zone: zoneXml(1440) }, 'ErrorTimeZone'],
  ])('%s is refused', async (_, asking, code) => {
    const answer = await askAvailability(lab, mary, [mary], asking);
    expect([answer.status, faultOf(answer.body).code]).toEqual([500, code]);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', code });
  });
});

describe('what concerns the whole request is a fault', () => {
  const many = (count: number): string[] => Array.from({ length: count }, () => mary);
  test.each<[string, readonly string[], Asking, string]>([
    ['no mailbox', [], {}, 'ErrorMailboxDataArrayEmpty'],
    ['101 mailboxes', many(101), {}, 'ErrorMailboxDataArrayTooBig'],
    ['an end before the start', [mary], { end: '2026-11-22T00:00:00' }, 'ErrorInvalidTimeInterval'],
    ['nothing between start and end', [mary], { end: '2026-11-23T00:00:00' }, 'ErrorInvalidTimeInterval'],
    ['42 days and a second', [mary], { end: '2027-01-04T00:00:01' }, 'ErrorTimeIntervalTooBig'],
    ['four minutes', [mary], { interval: 4 }, 'ErrorInvalidMergedFreeBusyInterval'],
    ['a day and a minute', [mary], { interval: 1441 }, 'ErrorInvalidMergedFreeBusyInterval'],
    ['the view None', [mary], { view: 'None' }, 'ErrorInvalidFreeBusyViewType'],
    ['a view that is none', [mary], { view: 'Everything' }, 'ErrorSchemaValidation'],
    ['the year 12026', [mary], { start: '12026-01-01T00:00:00' }, 'ErrorSchemaValidation'],
    [
      'the first and the last moment of .NET',
      [mary],
      { start: '0001-01-01T00:00:00', end: '9999-12-31T23:59:59' },
      'ErrorTimeIntervalTooBig',
    ],
  ])('%s', async (_, mailboxes, asking, code) => {
    const answer = await askAvailability(lab, mary, mailboxes, asking);
    expect([answer.status, faultOf(answer.body).code]).toEqual([500, code]);
  });

  test('neither free/busy nor suggestions', async () => {
    const body = '<m:GetUserAvailabilityRequest><m:MailboxDataArray/></m:GetUserAvailabilityRequest>';
    expect(faultOf((await lab.ews(mary, body)).body).code).toBe('ErrorMissingArgument');
  });

  test('42 days, 100 mailboxes and the shortest interval are answered', async () => {
    const shown = await ask(mary, many(100), { end: '2027-01-04T00:00:00', interval: 5, view: 'MergedOnly' });
    expect(shown).toHaveLength(100);
    expect(new Set(shown.map(({ merged }) => merged)).size).toBe(1);
    expect(shown[0]?.merged).toHaveLength(42 * 288);
  });
});

describe('what concerns one mailbox stands in its place', () => {
  test('nobody of that address; others are answered', async () => {
    const answer = await askAvailability(lab, mary, ['nobody@contoso.test', rob, 'someone@nowhere.test', '', 'no address']);
    const shown = shownIn(answer);
    expect(shown.map(({ code }) => code)).toEqual([
      'ErrorMailRecipientNotFound',
      'NoError',
      'ErrorMailRecipientNotFound',
      'ErrorMailRecipientNotFound',
      'ErrorMailRecipientNotFound',
    ]);
    expect(shown[0]).toMatchObject({
      class: 'Error',
      view: 'None',
      merged: undefined,
      hours: false,
      facts: {
        ExceptionType: 'MailRecipientNotFoundException',
        ExceptionCode: '5009',
        ExceptionServerName: 'mail.contoso.test',
        ExceptionMessage: 'Unable to resolve e-mail address nobody@contoso.test to an Active Directory object. LID: 57660',
      },
    });
    expect(shown[0]?.text).toBe(
      'Microsoft.Exchange.InfoWorker.Common.Availability.MailRecipientNotFoundException: Unable to resolve e-mail address ' +
        'nobody@contoso.test to an Active Directory object.\r\n. Name of the server where exception originated: mail.contoso.test. LID: 57660',
    );
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', status: 200, code: 'ErrorMailRecipientNotFound' });
  });

  test('a mailbox in the cloud, to which nothing leads', async () => {
    await runCmdlet(lab, 'contoso', 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $false');
    await runCmdlet(lab, 'contoso', 'Get-OrganizationRelationship | Remove-OrganizationRelationship');
    const answer = await askAvailability(lab, mary, ['joe@contoso.test']);
    const [shown] = shownIn(answer);
    expect(shown?.code).toBe('ErrorAvailabilityConfigNotFound');
    expect(shown?.text).toContain(
      'Configuration information for forest/domain contoso.mail.onmicrosoft.test could not be found in Active Directory.',
    );
    expect(shown?.text).toMatch(/ LID: 47932$/);
    const { verdict } = await lab.exchangeOf(answer);
    expect(verdict?.checks.slice(-3).map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'sharing.intra-organization-connector skipped',
      'sharing.organization-relationship failed',
      'sharing.availability-address-space failed',
    ]);
    await runCmdlet(lab, 'contoso', 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $true');
  });

  test('more than a thousand events', async () => {
    const full = Array.from({ length: 1_003 }, () => ({ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }));
    await enterAppointments(lab, 'contoso', 'adam@contoso.test', full);
    const [shown] = await ask(mary, ['adam@contoso.test']);
    expect(shown?.code).toBe('ErrorResultSetTooBig');
    expect(shown?.text).toContain('The result set contains too many calendar entries. The allowed size = 1000; the actual size = 1003.');
  });

  test('a mailbox that its move has locked cannot be opened; when the move lets it go, it can', async () => {
    const [{ ExchangeGuid } = {}] = await runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', 'Get-Mailbox rob');
    const mailboxGuid = present(parseGuid(String(ExchangeGuid)), 'the ExchangeGuid');
    const source = await openStoreSource(await labGround(lab, 'contoso'), { mailboxGuid, kind: 'primary', holder: 'a move' });
    await source.setInTransit('Locked');
    const [locked, own] = await ask(mary, [rob, mary]);
    expect(locked).toMatchObject({ class: 'Error', code: 'ErrorMailboxLogonFailed', view: 'None', merged: undefined, hours: false });
    expect(locked?.facts).toMatchObject({ ExceptionType: 'MailboxLogonFailedException', ExceptionServerName: 'mail.contoso.test' });
    expect(own).toMatchObject({ code: 'NoError', merged: digits });
    expect((await ask(mary, [rob], { view: 'MergedOnly' }))[0]).toMatchObject({ code: 'ErrorMailboxLogonFailed' });
    await source.setInTransit('None');
    expect((await ask(mary, [rob]))[0]).toMatchObject({ code: 'NoError', merged: digits });
  });

  test.each([
    ['VirusScanInProgressException', 'ErrorFreeBusyGenerationFailed', undefined],
    ['VirusDetectedException', 'ErrorFreeBusyGenerationFailed', undefined],
    ['MailboxInSiteFailoverException', 'ErrorMailboxFailover', 'MailboxFailoverException'],
    ['MailboxCrossSiteFailoverException', 'ErrorMailboxFailover', 'MailboxFailoverException'],
    ['ConnectionFailedTransientException', 'ErrorMailboxLogonFailed', 'MailboxLogonFailedException'],
  ])('a store that throws %s over one calendar: %s', async (type, code, ExceptionType) => {
    const effect = { kind: 'exception', type, message: 'as told' };
    lab.faults.add({ id: 'store', seam: 'calendar.open', match: { user: rob, org: 'contoso', op: 'GetUserAvailability' }, effect });
    const answer = await askAvailability(lab, mary, [mary, rob]);
    const [own, failed] = shownIn(answer);
    expect(own).toMatchObject({ code: 'NoError', merged: digits });
    expect(failed).toMatchObject({ class: 'Error', code, view: 'None', merged: undefined });
    expect(failed?.facts['ExceptionType']).toBe(ExceptionType);
    expect(failed?.text).toContain(` , inner exception: ${type}: as told`);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', code, faults: [{ rule: 'store', kind: 'exception' }] });
    lab.faults.remove('store');
    expect((await ask(mary, [rob]))[0]).toMatchObject({ code: 'NoError' });
  });

  test('any spelling of an address', async () => {
    expect((await ask(mary, ['ROB@Contoso.Test', 'smtp:rob@contoso.test'])).map(({ merged }) => merged)).toEqual([digits, digits]);
  });
});
