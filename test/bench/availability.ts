import { startLab } from '../../services/lab/service.ts';
import { enterAppointments } from '../support/appointments.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { envelope } from '../support/soap.ts';
import { clientOf } from './elsewhere.ts';
import { alternatePaces } from './pace.ts';
import { median, type Row } from './row.ts';

const many = 100;
/** Most processor time of a hundred mailboxes, in times of one: that of one is mostly the request. */
const mostTimes = 25;
/** Appointments of each calendar in the window, one in each half hour. */
const appointments = Array.from({ length: 10 }, (_, index) => {
  const hour = 8 + (index >> 1);
  const [from, to] = index % 2 === 0 ? ['00', '30'] : ['30', '59'];
  const at = (minutes: string): string => `2026-11-23T${String(hour).padStart(2, '0')}:${minutes}Z`;
  return { start: at(from), end: at(to), subject: `Review ${index}` };
});

/** Free/busy of a hundred colleagues, each with a calendar of his own, beside that of one of them. */
export async function availabilityRows(): Promise<readonly Row[]> {
  const lab = await startLab();
  try {
    const addresses = Array.from({ length: many }, (_, index) => `colleague${index}@contoso.test`);
    for (const [index, address] of addresses.entries()) {
      await runCmdlet(lab, 'contoso', `New-Mailbox -Name colleague${index} -UserPrincipalName ${address} -Password Pa55w.rd`);
      await enterAppointments(lab, 'contoso', address, appointments);
    }
    const ask = clientOf(lab, 'mary@contoso.test', 'mail.contoso.test');
    const [one, all] = [requestFor(addresses.slice(0, 1)), requestFor(addresses)];
    const [ownUs = 0, allUs = 0] = (
      await alternatePaces([
        async () => answered((await ask(one)).body.toString(), 1),
        async () => answered((await ask(all)).body.toString(), many),
      ])
    ).map((paces) => median(paces.map(({ cpuUs }) => cpuUs)));
    const times = allUs / ownUs;
    return [
      {
        what: `free/busy of ${many} mailboxes here with ${appointments.length} appointments each, processor time beside one`,
        measured: `${times.toFixed(1)} (${allUs.toFixed(0)} us : ${ownUs.toFixed(0)} us)`,
        limit: `${mostTimes}`,
        passed: times <= mostTimes,
      },
    ];
  } finally {
    await lab.close();
  }
}

function answered(answer: string, count: number): void {
  const shown = answer.split('<m:ResponseCode>NoError</m:ResponseCode>').length - 1;
  if (shown !== count || !answer.includes('MergedFreeBusy')) throw new Error(`${shown} of ${count}: ${answer.slice(0, 2_000)}`);
}

function requestFor(addresses: readonly string[]): string {
  const change = (name: string): string =>
    `<t:${name}><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`;
  const mailboxes = addresses.map(
    (address) =>
      `<t:MailboxData><t:Email><t:Address>${address}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>`,
  );
  return envelope(
    `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias>${change('StandardTime')}${change('DaylightTime')}</t:TimeZone>` +
      `<m:MailboxDataArray>${mailboxes.join('')}</m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow>` +
      '<t:StartTime>2026-11-23T00:00:00</t:StartTime><t:EndTime>2026-11-24T00:00:00</t:EndTime></t:TimeWindow>' +
      '<t:MergedFreeBusyIntervalInMinutes>30</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>DetailedMerged</t:RequestedView>' +
      '</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>',
  );
}
