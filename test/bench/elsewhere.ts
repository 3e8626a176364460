import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allocator } from '../../services/heap.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { CallResult } from '../../shared/protocols/ews/client.ts';
import { writeRequest } from '../../shared/protocols/ews/envelope.ts';
import { getUserAvailability as contract } from '../../shared/protocols/ews/operations/get-user-availability.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, type OwnProcess, startLabProcess, startProgram, wireClient } from '../support/lab-process.ts';
import { basic } from '../support/soap.ts';
import { nodeFlags } from './node-flags.ts';
import { alternatePaces, type Pace } from './pace.ts';
import { median, type Row } from './row.ts';
import { type Answer, caller, type Post, poster, type Question } from './soap-client.ts';
import { controlPath, recordPath } from './soap-control.ts';

/** Most time, in times of the two round trips that cannot be avoided. */
const mostTimes = 2;
const many = 100;
const warmUpMs = 6_000;

/**
 * How long free/busy of a mailbox in the tenant takes with warm caches, beside two round trips of SOAP over https alone: on either side
 * the same two questions and two answers are written, parsed and read by the contract, and the user's client has a process of its
 * own. Then beside two round trips behind the same listeners, one at each organisation: first of a control that parses what it is asked and
 * writes what was answered, for a client that reads its answers and for one that does not; then of callers who sign in for an operation that
 * does nothing. Then, where the user's client reads nothing on either side, beside two of SOAP of which one waits for the other, as free/busy's
 * do, and beside two of texts, of which the questions are parsed and all else is as it was written once. Without a limit: those two
 * beside each other, and a hundred mailboxes beside one.
 */
export async function elsewhereRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  let lab: LabProcess | undefined;
  let control: OwnProcess | undefined;
  try {
    const flags = ['--port', '0', '--data-dir', join(folder, 'data'), '--output', 'json', '--quiet'];
    const withControl = [...nodeFlags, '--import', import.meta.resolve('./soap-control.ts')];
    lab = await startLabProcess(flags, { cwd: folder, nodeFlags: withControl, environment: allocator });
    await enter(lab.endpoints);
    const [one, crowd] = [question(1), question(many)];
    const started = lab;
    const near = (path?: string): Post => clientOf(started, 'mary@contoso.test', 'mail.contoso.test', path);
    const far = (path?: string): Post => clientOf(started, 'joe@contoso.test', 'outlook.office365.test', path);
    const post = near();
    const [here, there] = [caller(post), caller(far())];
    const file = join(folder, 'answer.xml');
    const asked = writeRequest(contract, one);
    const { body } = await post(asked);
    await writeFile(file, body);
    for (const side of [near, far]) await side(recordPath)(body.toString());
    const controls = [near(controlPath), far(controlPath)];
    const readControls = controls.map(caller);
    control = startProgram(process.execPath, [...nodeFlags, fileURLToPath(new URL('bare-soap.ts', import.meta.url)), file], {
      cwd: folder,
    });
    const port = Number(await control.line(() => true));
    const bare = caller(poster(port, 'control', '/', 'Basic control'));
    const nested = poster(port, 'control', '/nested', 'Basic control');
    const barest = poster(port, 'control', '/text', 'Basic control');
    const works: readonly (() => Promise<void>)[] = [
      async () => answered(await here(contract, one)),
      async () => {
        for (let trip = 0; trip < 2; trip += 1) answered(await bare(contract, one));
      },
      async () => {
        for (const ask of [here, there]) refused(await ask(nothing, one));
      },
      async () => {
        for (const ask of readControls) answered(await ask(contract, one));
      },
      async () => {
        for (const ask of controls) await ask(asked);
      },
      async () => answered(await here(contract, crowd)),
      async () => void (await post(asked)),
      async () => void (await nested(asked)),
      async () => {
        for (let trip = 0; trip < 2; trip += 1) await barest(asked);
      },
    ];
    const [own = [], alone = [], idle = [], behind = [], behindUnread = [], all = [], unread = [], relayed = [], texts = []] =
      await alternatePaces(works, warmUpMs);
    const what = 'free/busy of a mailbox elsewhere, time beside two round trips';
    return [
      timesRow(`${what} of SOAP alone`, own, alone, mostTimes),
      timesRow(`${what} of SOAP behind the same listeners`, own, behind, mostTimes),
      timesRow(`${what} of SOAP behind the same listeners, none read by the client`, unread, behindUnread, mostTimes),
      timesRow(`${what} that sign in and do nothing`, own, idle, mostTimes),
      timesRow(`${what} of SOAP alone, the second within the first, none read by the client`, unread, relayed, mostTimes),
      timesRow(`${what} of texts, none read by the client`, unread, texts, mostTimes),
      timesRow('two round trips of SOAP, the second within the first, time beside two of texts', relayed, texts),
      timesRow(`free/busy of ${many} mailboxes elsewhere, time beside one`, all, own),
    ];
  } finally {
    await end(control);
    await end(lab);
    await rm(folder, { recursive: true, force: true });
  }
}

/** An appointment of him who is asked about. */
async function enter(endpoints: EndpointsDocument): Promise<void> {
  const client = wireClient(endpoints);
  try {
    const times = '<t:Subject>Review</t:Subject><t:Start>2026-11-23T09:00:00Z</t:Start><t:End>2026-11-23T10:00:00Z</t:End>';
    const items = `<m:Items><t:CalendarItem>${times}</t:CalendarItem></m:Items>`;
    const { body } = await client.ews('joe@contoso.test', `<m:CreateItem SendMeetingInvitations="SendToNone">${items}</m:CreateItem>`, {
      organization: 'contoso-cloud',
    });
    if (!body.includes('NoError')) throw new Error(body);
  } finally {
    client.close();
  }
}

/** Asks like the other, for what Exchange has and is not here. */
const nothing = { ...contract, requestElement: 'GetImItemList' };

/** The middle of the rounds' own ratios: what else the machine does meets both sides of a round, and each round in its own way. */
function timesRow(what: string, own: readonly Pace[], other: readonly Pace[], most?: number): Row {
  const times = median(own.map(({ perSecond }, round) => present(other[round], 'its round').perSecond / perSecond));
  const measured = `${times.toFixed(2)} (${timeOf(own).toFixed(0)} us : ${timeOf(other).toFixed(0)} us)`;
  return { what, measured, limit: most === undefined ? '' : `${most}`, passed: most === undefined ? undefined : times <= most };
}

function answered(result: CallResult<Answer>): void {
  const answers = result.is === 'answer' ? (result.response.FreeBusyResponseArray ?? []) : [];
  if (answers.length > 0 && answers.every(({ ResponseMessage }) => ResponseMessage?.class === 'Success')) return;
  throw new Error(JSON.stringify(result));
}

function refused(result: CallResult<Answer>): void {
  if (result.is !== 'fault' || result.fault.code !== 'ErrorInvalidOperation') throw new Error(JSON.stringify(result));
}

/** Of one, in microseconds. */
function timeOf(paces: readonly Pace[]): number {
  return 1_000_000 / median(paces.map(({ perSecond }) => perSecond));
}

const day = { StartTime: { ms: Date.UTC(2026, 10, 23), isZoned: false }, EndTime: { ms: Date.UTC(2026, 10, 24), isZoned: false } };

/** About a day of so many calendars. */
function question(count: number): Question {
  const change = { Bias: 0, Time: '00:00:00', DayOrder: 0, Month: 0, DayOfWeek: 'Sunday' } as const;
  const mailbox = { Email: { Address: 'joe@contoso.test' }, AttendeeType: 'Required' } as const;
  return {
    TimeZone: { Bias: 0, StandardTime: change, DaylightTime: change },
    MailboxDataArray: Array.from({ length: count }, () => mailbox),
    FreeBusyViewOptions: {
      TimeWindow: day,
      MergedFreeBusyIntervalInMinutes: 30,
      RequestedView: ['DetailedMerged'],
    },
  };
}

/** A user's client, on one connection that is kept. */
export function clientOf({ endpoints }: Pick<LabProcess, 'endpoints'>, who: string, host: string, path = '/EWS/Exchange.asmx'): Post {
  const { userName, password } = present(
    endpoints.users.find(({ mail }) => mail === who),
    who,
  );
  return poster(Number(endpoints.hosts[host]?.split(':')[1]), host, path, basic(userName, password));
}
