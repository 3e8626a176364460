import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';
import { askAvailability } from './ask-availability.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

const name = '<t:UserConfigurationName Name="WorkHours"><t:DistinguishedFolderId Id="calendar"/></t:UserConfigurationName>';
const write = async (user: string, xml: string, operation = 'Create'): Promise<string | undefined> => {
  const stream = `<t:XmlData>${Buffer.from(xml).toString('base64')}</t:XmlData>`;
  const body = `<m:${operation}UserConfiguration><m:UserConfiguration>${name}${stream}</m:UserConfiguration></m:${operation}UserConfiguration>`;
  return texts((await lab.ews(user, body)).body, 'ResponseCode')[0];
};
const read = async (user: string): Promise<string> => {
  const body = `<m:GetUserConfiguration>${name.replace('t:UserConfigurationName', 'm:UserConfigurationName').replace('/t:User', '/m:User')}<m:UserConfigurationProperties>XmlData</m:UserConfigurationProperties></m:GetUserConfiguration>`;
  return Buffer.from(texts((await lab.ews(user, body)).body, 'XmlData')[0] ?? '', 'base64').toString();
};
const change = (bias: number, month: string): string =>
  `<Bias>${bias}</Bias><ChangeDate><Time>02:00:00</Time><Date>0000/${month}/01</Date><DayOfWeek>0</DayOfWeek></ChangeDate>`;
const hours = (zone: string, start = '07:00:00'): string =>
  `<?xml version="1.0"?><Root xmlns="WorkingHours.xsd"><WorkHoursVersion1><TimeZone><Bias>300</Bias><Standard>${change(0, '11')}</Standard><DaylightSavings>${change(-60, '03')}</DaylightSavings>${zone}</TimeZone><TimeSlot><Start>${start}</Start><End>15:30:00</End></TimeSlot><WorkDays>Tuesday Thursday</WorkDays></WorkHoursVersion1></Root>`;
const shown = async (user: string): Promise<readonly (readonly string[])[]> => {
  const { body } = await askAvailability(lab, user, [user]);
  return all(body, 'WorkingHours').map((of) => [
    texts(of, 'Bias')[0] ?? '',
    texts(of, 'DayOfWeek').at(-1) ?? '',
    texts(of, 'StartTimeInMinutes')[0] ?? '',
    texts(of, 'EndTimeInMinutes')[0] ?? '',
  ]);
};

test('are those that a mail program has put into the calendar, whatever its zone is called', async () => {
  expect(await write(mary, hours('<Name>Eastern Standard Time</Name>'))).toBe('NoError');
  expect(await shown(mary)).toEqual([['300', 'Tuesday Thursday', '420', '930']]);
  expect(await write(mary, hours('<Name>Somewhere</Name>', '08:00:00'), 'Update')).toBe('NoError');
  expect(await shown(mary)).toEqual([['300', 'Tuesday Thursday', '480', '930']]);
});

test('are read there by mail programs when the shell has set them', async () => {
  await runCmdlet(lab, 'contoso', 'Set-MailboxCalendarConfiguration mary -WorkDays Monday -WorkingHoursTimeZone "W. Europe Standard Time"');
  const stream = await read(mary);
  expect(stream).toContain('<WorkDays>Monday</WorkDays>');
  expect(stream).toContain('<Name>W. Europe Standard Time</Name>');
  expect(await shown(mary)).toEqual([['-60', 'Monday', '480', '930']]);
  const [told] = await runCmdlet<Record<string, unknown>>(lab, 'contoso', 'Get-MailboxCalendarConfiguration mary');
  expect(told).toMatchObject({ WorkingHoursTimeZone: 'W. Europe Standard Time', WorkDays: expect.anything() });
});

test('that cannot be read cost their mailbox its answer until they are set anew', async () => {
  expect(await write(rob, '<Root xmlns="WorkingHours.xsd"/>')).toBe('NoError');
  const { body } = await askAvailability(lab, rob, [rob, mary]);
  expect(texts(body, 'ResponseCode')).toEqual(['ErrorWorkingHoursXmlMalformed', 'NoError']);
  await runCmdlet(lab, 'contoso', 'Set-MailboxCalendarConfiguration rob -WorkDays Weekdays');
  expect(await shown(rob)).toEqual([['0', 'Monday Tuesday Wednesday Thursday Friday', '480', '1020']]);
});
