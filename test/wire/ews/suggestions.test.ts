import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { named } from '../../../shared/kernel/mapi.ts';
import { elements, text } from '../../../shared/xml/element.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, faultOf, texts } from './answers.ts';
import { shownIn, zoneXml } from './ask-availability.ts';

const partners = Array.from({ length: 101 }, (_, index) => `p${index}`);
const world = `version: 1
password: Passw0rd!
organizations:
  contoso:
    kind: on-premises
    domains: [contoso.test]
    hosts: { web: mail.contoso.test, autodiscover: autodiscover.contoso.test }
    users: [{ mail: ann@contoso.test }, { mail: bob@contoso.test }, { mail: cat@contoso.test }]
    mailUsers:
${partners.map((name) => `      - { mail: ${name}@contoso.test, targetAddress: ${name}@partner.test }`).join('\n')}
    groups:
      - { mail: team@contoso.test, members: [ann, bob] }
      - { mail: mixed@contoso.test, members: [team, cat, p0, everybody] }
      - { mail: everybody@contoso.test, members: [${partners.join(', ')}] }
      - { mail: nobody@contoso.test, members: [p1] }
    cmdlets: ['Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $true']
`;
const globalObjectId = '040000008200E00074C5B7101A82E00800000000A048DAF17405D90100000000000000001000000001';

let lab: TestLab;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-suggestions-'));
  await writeFile(join(folder, 'world.yaml'), world);
  lab = await openTestLab({ world: join(folder, 'world.yaml') });
  await rm(folder, { recursive: true });
  await enterAppointments(lab, 'contoso', 'ann@contoso.test', [
    { start: '2026-11-23T08:00Z', end: '2026-11-23T10:00Z' },
    {
      start: '2026-11-23T14:00Z',
      end: '2026-11-23T17:00Z',
      more: { [named.globalObjectId]: Buffer.from(globalObjectId, 'hex').toString('base64') },
    },
  ]);
  await enterAppointments(lab, 'contoso', 'bob@contoso.test', [{ start: '2026-11-23T09:00Z', end: '2026-11-23T12:15Z', busy: 1 }]);
  await enterAppointments(lab, 'contoso', 'cat@contoso.test', [{ start: '2026-11-23T08:00Z', end: '2026-11-23T17:00Z', busy: 3 }]);
});
afterAll(() => lab.close());

/** Where a request differs: what stands behind the window, the window's end, the zone. */
interface Asking {
  readonly after?: string;
  readonly excludes?: boolean;
  readonly zone?: string;
  readonly end?: string;
}

/** Asks as ann for suggestions; `options` stand before the window. */
function ask(mailboxes: readonly string[], options = '', asking: Asking = {}): Promise<HttpAnswer> {
  const { after = '', excludes = false, zone = zoneXml(0), end = '2026-11-24T00:00:00' } = asking;
  const data = mailboxes.map(
    (mail) =>
      `<t:MailboxData><t:Email><t:Address>${mail}@contoso.test</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType>` +
      `<t:ExcludeConflicts>${excludes}</t:ExcludeConflicts></t:MailboxData>`,
  );
  return lab.ews(
    'ann@contoso.test',
    `<m:GetUserAvailabilityRequest>${zone}<m:MailboxDataArray>${data.join('')}</m:MailboxDataArray><t:SuggestionsViewOptions>${options}` +
      `<t:DetailedSuggestionsWindow><t:StartTime>2026-11-23T00:00:00</t:StartTime><t:EndTime>${end}</t:EndTime>` +
      `</t:DetailedSuggestionsWindow>${after}</t:SuggestionsViewOptions></m:GetUserAvailabilityRequest>`,
  );
}

function suggestedIn({ status, body }: HttpAnswer): readonly string[] {
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 2_000)}`);
  return all(body, 'Suggestion').map((one) => `${texts(one, 'MeetingTime')[0]?.slice(11, 16)} ${texts(one, 'SuggestionQuality')[0]}`);
}

/** What stands for each attendee in the first suggestion: the element's name and the texts in it. */
function conflictsIn({ body }: HttpAnswer): readonly string[] {
  const [first] = all(body, 'AttendeeConflictDataArray');
  return first === undefined ? [] : elements(first).map((one) => [one.name, ...elements(one).map(text)].join(' '));
}

const poor = '<t:MinimumSuggestionQuality>Poor</t:MinimumSuggestionQuality>';

describe('suggestions', () => {
  test('alone: no free/busy, a day with its times, best first', async () => {
    const answer = await ask(['ann', 'bob']);
    expect(all(answer.body, 'FreeBusyResponseArray')).toEqual([]);
    expect([texts(answer.body, 'Date'), texts(answer.body, 'DayQuality')]).toEqual([['2026-11-23T00:00:00'], ['Excellent']]);
    expect(suggestedIn(answer)).toEqual([
      ...['12:30', '13:00'].map((time) => `${time} Excellent`),
      ...['08:00', '10:00', '10:30', '11:00', '11:30', '12:00', '13:30', '14:00'].map((time) => `${time} Fair`),
    ]);
    expect(conflictsIn(answer)).toEqual(['IndividualAttendeeConflictData Free', 'IndividualAttendeeConflictData Free']);
    expect(new Set(texts(answer.body, 'IsWorkTime'))).toEqual(new Set(['true']));
  });

  test('by the options', async () => {
    const two = '<t:MaximumResultsByDay>2</t:MaximumResultsByDay>';
    expect(suggestedIn(await ask(['ann', 'bob'], `${two}<t:MeetingDurationInMinutes>90</t:MeetingDurationInMinutes>`))).toEqual([
      '12:30 Excellent',
      '10:00 Fair',
    ]);
    expect(suggestedIn(await ask(['ann'], `${two}<t:MaximumNonWorkHourResultsByDay>1</t:MaximumNonWorkHourResultsByDay>`))).toEqual([
      '00:00 Excellent',
      '10:00 Excellent',
    ]);
    const good = '<t:MinimumSuggestionQuality>Good</t:MinimumSuggestionQuality>';
    expect(suggestedIn(await ask(['ann', 'bob'], good))).toEqual(['12:30 Excellent', '13:00 Excellent']);
    expect(suggestedIn(await ask(['ann', 'bob'], poor, { excludes: true }))).toHaveLength(2);
  });

  test('on the clocks of whoever asks', async () => {
    const answer = await ask(['ann', 'bob'], '<t:MaximumResultsByDay>1</t:MaximumResultsByDay>', {
      after: '',
      excludes: false,
      zone: zoneXml(-330),
    });
    expect(suggestedIn(answer)).toEqual(['18:00 Excellent']);
  });

  test.each([globalObjectId, Buffer.from(globalObjectId, 'hex').toString('base64')])('as if the meeting %s were not', async (id) => {
    const moving = (after: string) => ask(['ann'], poor, { after, excludes: true });
    const element = `<t:GlobalObjectId>${id}</t:GlobalObjectId>`;
    expect(suggestedIn(await moving(''))).not.toContain('14:00 Excellent');
    expect(suggestedIn(await moving(element))).toContain('14:00 Excellent');
    const at = (time: string) => `<t:CurrentMeetingTime>2026-11-23T${time}:00</t:CurrentMeetingTime>${element}`;
    expect(suggestedIn(await moving(at('14:00')))).toContain('14:00 Excellent');
    expect(suggestedIn(await moving(at('15:00')))).not.toContain('14:00 Excellent');
  });

  test('for groups, groups that are too large, those elsewhere of whom nothing is known, and nobody', async () => {
    const answer = await ask(
      ['team', 'mixed', 'everybody', 'p0', 'nemo', 'cat'],
      `<t:MaximumResultsByDay>1</t:MaximumResultsByDay>${poor}`,
    );
    expect(suggestedIn(answer)).toEqual(['12:30 Good']);
    expect(conflictsIn(answer)).toEqual([
      'GroupAttendeeConflictData 2 2 0 0',
      'GroupAttendeeConflictData 5 2 1 2',
      'TooBigGroupAttendeeConflictData',
      'IndividualAttendeeConflictData NoData',
      'UnknownAttendeeConflictData',
      'IndividualAttendeeConflictData OOF',
    ]);
  });

  test.each<[string, string]>([
    ['<t:GoodThreshold>51</t:GoodThreshold>', 'ErrorInvalidArgument'],
    ['<t:MaximumResultsByDay>49</t:MaximumResultsByDay>', 'ErrorInvalidArgument'],
    ['<t:MaximumNonWorkHourResultsByDay>-1</t:MaximumNonWorkHourResultsByDay>', 'ErrorInvalidArgument'],
    ['<t:MeetingDurationInMinutes>29</t:MeetingDurationInMinutes>', 'ErrorInvalidArgument'],
    ['<t:MeetingDurationInMinutes>1441</t:MeetingDurationInMinutes>', 'ErrorInvalidArgument'],
    ['<t:MinimumSuggestionQuality>Best</t:MinimumSuggestionQuality>', 'ErrorSchemaValidation'],
  ])('%s is refused', async (options, code) => {
    const answer = await ask(['ann'], options);
    expect([answer.status, faultOf(answer.body).code]).toEqual([500, code]);
  });

  test.each<[string, Asking, string]>([
    ['more than 42 days', { end: '2027-01-04T00:00:01' }, 'ErrorTimeIntervalTooBig'],
    ['no time at all', { end: '2026-11-23T00:00:00' }, 'ErrorInvalidTimeInterval'],
    ['no zone', { zone: '' }, 'ErrorTimeZone'],
  ])('%s is refused', async (_, asking, code) => {
    expect(faultOf((await ask(['ann'], '', asking)).body).code).toBe(code);
  });

  test('over 42 days, and over less than a half hour', async () => {
    expect(all((await ask(['ann', 'team'], '', { end: '2027-01-04T00:00:00' })).body, 'SuggestionDayResult')).toHaveLength(42);
    expect(suggestedIn(await ask(['ann'], '', { end: '2026-11-23T00:10:00' }))).toEqual([]);
  });
});

describe('free/busy of groups', () => {
  const askFor = (mailboxes: readonly string[]) =>
    lab.ews(
      'ann@contoso.test',
      `<m:GetUserAvailabilityRequest>${zoneXml(0)}<m:MailboxDataArray>${mailboxes
        .map(
          (mail) =>
            `<t:MailboxData><t:Email><t:Address>${mail}@contoso.test</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>`,
        )
        .join('')}</m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2026-11-23T08:00:00</t:StartTime>` +
        '<t:EndTime>2026-11-23T18:00:00</t:EndTime></t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>60</t:MergedFreeBusyIntervalInMinutes>' +
        '<t:RequestedView>Detailed</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>',
    );

  test('is one entry with the digits of its members in one; between others, in the order of the request', async () => {
    const shown = shownIn(await askFor(['bob', 'team', 'mixed', 'cat']));
    expect(shown.map(({ view, merged }) => [view, merged])).toEqual([
      ['FreeBusy', undefined],
      ['MergedOnly', '2211102220'],
      ['MergedOnly', '3333333330'],
      ['FreeBusy', undefined],
    ]);
    expect(shown.map(({ hours, events }) => [hours, events.length])).toEqual([
      [true, 1],
      [false, 0],
      [false, 0],
      [true, 1],
    ]);
  });

  test('of whose members nothing is known is no data; one that is too large is refused', async () => {
    expect(shownIn(await askFor(['nobody', 'everybody', 'ann']))).toMatchObject([
      { class: 'Success', merged: '4444444444' },
      { class: 'Error', code: 'ErrorFreeBusyDLLimitReached', view: 'None' },
      { class: 'Success', view: 'Detailed' },
    ]);
  });
});
