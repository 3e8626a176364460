import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import { present } from '../../shared/kernel/assert.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import { enterAppointments } from '../support/appointments.ts';
import { basic, envelope } from '../support/soap.ts';
import { testKey } from '../support/test-keys.ts';
import { alternatePaces, type Pace } from './pace.ts';
import { median, type Row } from './row.ts';

/** Most processor time, in times of the two round trips that cannot be avoided. */
const mostTimes = 2;
const many = 100;

/**
 * Free/busy of a mailbox in the tenant with warm caches, by processor time of client and servers together: beside two round
 * trips behind the same listeners, one at each organisation, whose callers sign in with the same octets for an operation that
 * does nothing; beside two of SOAP over https alone, where the request is parsed and the same answer written; on either side
 * one answer is parsed, by the server that asks. Then a hundred mailboxes beside one.
 *
 * By a profile of the servers' thread a quarter is the parsing of three documents, as on the other side; what it costs beyond SOAP alone
 * is spread thin, nothing of it above a tenth: the operation, what configuration says of the way, Node's http and promises, undici, tokens and
 * sign-in (no signature is verified twice), contracts read and written, what the journal tells of three hops, the collector.
 */
export async function elsewhereRows(): Promise<readonly Row[]> {
  const lab = await startLab();
  const control = await openControl();
  try {
    await enterAppointments(lab, 'contoso-cloud', 'joe@contoso.test', [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }]);
    const request = envelope(requestBody(1));
    const crowd = envelope(requestBody(many));
    const nothing = request.replaceAll('GetUserAvailabilityRequest', 'GetImItemList');
    const [here, there] = [
      clientOf(lab, 'mary@contoso.test', 'mail.contoso.test'),
      clientOf(lab, 'joe@contoso.test', 'outlook.office365.test'),
    ];
    const answer = answered(await here(request));
    control.record(answer);
    const read = (): unknown => openEnvelope(parseXml(Buffer.from(answer)));
    const [own, idle, bare, all] = (
      await alternatePaces([
        async () => void answered(await here(request)),
        async () => {
          for (const ask of [here, there]) refused(await ask(nothing));
          read();
        },
        async () => {
          for (let trip = 0; trip < 2; trip += 1) await control.ask(request);
          read();
        },
        async () => void answered(await here(crowd)),
      ])
    ).map(costOf) as [number, number, number, number];
    const what = 'free/busy of a mailbox elsewhere, processor time beside two round trips';
    return [
      { ...timesRow(`${what} that do nothing`, own, idle), limit: `${mostTimes}`, passed: own / idle <= mostTimes },
      timesRow(`${what} of SOAP alone`, own, bare),
      timesRow(`free/busy of ${many} mailboxes elsewhere, processor time beside one`, all, own),
    ];
  } finally {
    await control.close();
    await lab.close();
  }
}

function timesRow(what: string, ownUs: number, otherUs: number): Row {
  const measured = `${(ownUs / otherUs).toFixed(2)} (${ownUs.toFixed(0)} us : ${otherUs.toFixed(0)} us)`;
  return { what, measured, limit: '', passed: undefined };
}

function answered(answer: string): string {
  if (answer.includes('<m:ResponseCode>NoError</m:ResponseCode>') && !answer.includes('ResponseClass="Error"')) return answer;
  throw new Error(answer);
}

function refused(answer: string): void {
  if (!answer.includes('ErrorInvalidOperation')) throw new Error(answer);
}

function costOf(paces: readonly Pace[]): number {
  return median(paces.map(({ cpuUs }) => cpuUs));
}

function requestBody(count: number): string {
  const change = (name: string): string =>
    `<t:${name}><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`;
  const mailbox =
    '<t:MailboxData><t:Email><t:Address>joe@contoso.test</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>';
  return (
    `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias>${change('StandardTime')}${change('DaylightTime')}</t:TimeZone>` +
    `<m:MailboxDataArray>${mailbox.repeat(count)}</m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow>` +
    '<t:StartTime>2026-11-23T00:00:00</t:StartTime><t:EndTime>2026-11-24T00:00:00</t:EndTime></t:TimeWindow>' +
    '<t:MergedFreeBusyIntervalInMinutes>30</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>DetailedMerged</t:RequestedView>' +
    '</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>'
  );
}

/** A user's client, on one connection that is kept. */
export function clientOf({ endpoints }: RunningLab, who: string, host: string): (body: string) => Promise<string> {
  const { userName, password } = present(
    endpoints.users.find(({ mail }) => mail === who),
    who,
  );
  return post(Number(endpoints.hosts[host]?.split(':')[1]), host, '/EWS/Exchange.asmx', basic(userName, password));
}

function post(port: number, host: string, path: string, authorization: string): (body: string) => Promise<string> {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { host, authorization, 'content-type': 'text/xml; charset=utf-8' };
  return (body) =>
    new Promise((resolve, reject) => {
      const options = { agent, host: '127.0.0.1', port, servername: host, path, method: 'POST', headers, rejectUnauthorized: false };
      const request = https.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve(Buffer.concat(chunks).toString()));
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
}

interface Control {
  /** What is answered from now on. */
  record(answer: string): void;
  ask(body: string): Promise<string>;
  close(): Promise<void>;
}

/** What SOAP over https costs by itself: the request parsed, its envelope opened, an answer written. */
async function openControl(): Promise<Control> {
  const at = Date.now();
  const day = 86_400_000;
  const privateKey = await testKey(1);
  const { certificate } = await issueSelfSigned({ subject: 'CN=control', notBefore: at - day, notAfter: at + day, privateKey });
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  let recorded = '';
  const server = https.createServer({ key: privateKey, cert: pem }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      openEnvelope(parseXml(Buffer.concat(chunks)));
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(recorded);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    record: (answer) => {
      recorded = answer;
    },
    ask: post((server.address() as AddressInfo).port, 'control', '/', 'Basic control'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
