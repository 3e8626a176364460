import type { LegacyTimeZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import type { RecurrencePattern } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import type { Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Appointment, enterAppointments } from '../../support/appointments.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { ids, responses } from './answers.ts';

export const mary = 'mary@contoso.test';
export const dayOf = (text: string): number => Date.parse(`${text}T00:00Z`) / 86_400_000;
const berlin: LegacyTimeZone = {
  bias: -60,
  standard: { bias: 0, timeMs: 3 * 3_600_000, order: 5, month: 10, dayOfWeek: 0 },
  daylight: { bias: -60, timeMs: 2 * 3_600_000, order: 5, month: 3, dayOfWeek: 0 },
};

/** Daily at 10:00 in Berlin, for half an hour. */
export const daily = (start: string, end: RecurrencePattern['end']): Series => ({
  pattern: { rule: { is: 'daily', days: 1 }, start: dayOf(start), end, firstDayOfWeek: 1 },
  startMinutes: 600,
  endMinutes: 630,
  deleted: [],
  exceptions: [],
});
export const five = daily('2026-10-23', { is: 'after', occurrences: 5 });
export const asAppointment = (series: Series, more: Partial<Appointment> = {}): Appointment => ({
  start: '2026-10-23T08:00Z',
  end: '2026-10-23T08:30Z',
  subject: 'Stand-up',
  ...more,
  more: { ...seriesProperties(series, { name: 'W. Europe Standard Time', rule: berlin }), ...more.more },
});

export const shapeOf = (base: string, paths: readonly string[]): string =>
  `<m:ItemShape><t:BaseShape>${base}</t:BaseShape>${
    paths.length === 0
      ? ''
      : `<t:AdditionalProperties>${paths.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties>`
  }</m:ItemShape>`;
export const byId = (id: string): string => `<t:ItemId Id="${id}"/>`;
export const byIndex = (master: string, index: number): string =>
  `<t:OccurrenceItemId RecurringMasterId="${master}" InstanceIndex="${index}"/>`;
export const byOccurrence = (id: string): string => `<t:RecurringMasterItemId OccurrenceId="${id}"/>`;
export const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
export const set = (uri: string, element: string, inner: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:CalendarItem><t:${element}>${inner}</t:${element}></t:CalendarItem></t:SetItemField>`;
export const bodyOf = (text: string): string => set('item:Body', 'Body', text).replace('<t:Body>', '<t:Body BodyType="Text">');
export const clear = (uri: string): string => `<t:DeleteItemField><t:FieldURI FieldURI="${uri}"/></t:DeleteItemField>`;
export const times = (start: string, end: string): string => set('calendar:Start', 'Start', start) + set('calendar:End', 'End', end);

/** What the tests ask of mary's calendar. */
export function calendarOf(lab: () => TestLab, user = mary) {
  const ask = async (body: string): Promise<string> => (await lab().ews(user, body)).body;
  const usual = [
    'item:Subject',
    'calendar:Start',
    'calendar:End',
    'calendar:CalendarItemType',
    'calendar:IsRecurring',
    'calendar:OriginalStart',
  ];
  const find = (inner: string, paths: readonly string[] = []): Promise<string> =>
    ask(
      `<m:FindItem Traversal="Shallow">${shapeOf('IdOnly', paths)}${inner}<m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderIds></m:FindItem>`,
    );
  const view = (from: string, to: string, more = ''): Promise<string> =>
    find(`<m:CalendarView ${more} StartDate="${from}" EndDate="${to}"/>`, usual);
  return {
    ask,
    view,
    /** The weeks in which the series of the tests lie. */
    whole: () => view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z'),
    get: (targets: string) => ask(`<m:GetItem>${shapeOf('AllProperties', [])}<m:ItemIds>${targets}</m:ItemIds></m:GetItem>`),
    update: (target: string, updates: string, how = 'ConflictResolution="AlwaysOverwrite"') =>
      ask(
        `<m:UpdateItem ${how} SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange>${target}<t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      ),
    remove: (targets: string, type = 'HardDelete') =>
      ask(`<m:DeleteItem DeleteType="${type}" SendMeetingCancellations="SendToNone"><m:ItemIds>${targets}</m:ItemIds></m:DeleteItem>`),
    /** The id of the only item there is. */
    masterId: async () => {
      const body = await find('');
      return present(ids(body)[0]?.id, body);
    },
    enter: (...appointments: readonly Appointment[]) => enterAppointments(lab(), 'contoso', mary, appointments),
  };
}
