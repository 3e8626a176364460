import { type RecipientEvent, recipientEvents, rowsByMessage, trackedMessages } from '../domain/mailflow/tracking-report.ts';
import { findTracked, type TrackedEvent } from '../domain/mailflow/tracking-search.ts';
import { serverFqdn } from '../domain/organization/servers.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Guid, namedGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { choiceGiven, guidGiven, listGiven, numberGiven, textGiven } from './given.ts';

/** `Quarantined`, `FilteredAsSpam`, `GettingStatus` and `None` can be asked for and match nothing: nothing is filtered here. */
const statuses = ['None', 'GettingStatus', 'Failed', 'Pending', 'Delivered', 'Expanded', 'Quarantined', 'FilteredAsSpam'] as const;
type Status = (typeof statuses)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Rows of the tracking log that one trace reads. A bound of ours. */
const mostRows = 200_000;
const mostResults = 5_000;
const usualResults = 1_000;
const usualHours = 48;

/** A message on its way to one recipient. */
interface Line {
  readonly messageId: string;
  readonly trace: Guid;
  readonly received: Instant;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly status: Status;
  readonly fromIp: string | undefined;
  readonly toIp: string | undefined;
  readonly size: number;
  readonly events: readonly RecipientEvent[];
}

const common: Readonly<Record<string, ParameterType>> = {
  ...{ SenderAddress: 'list', RecipientAddress: 'list', MessageId: 'list', MessageTraceId: 'text', FromIP: 'text', ToIP: 'text' },
  ...{ StartDate: 'date', EndDate: 'date', Status: 'list' },
};

/**
 * `Get-MessageTrace -SenderAddress joe@contoso.test -Status Failed`: what became of messages, a line for each recipient, newest
 * first; of the last 48 hours, at most 10 days back (page of the cmdlet).
 */
const get: Cmdlet = {
  kinds: ['cloud'],
  parameters: { ...common, Page: 'integer', PageSize: 'integer' },
  required: [],
  async run(scope, given) {
    const window = windowOf(scope, given, 10);
    const size = bounded(given, 'PageSize', mostResults) ?? usualResults;
    const page = bounded(given, 'Page', 1_000) ?? 1;
    const lines = await matching(scope, given, window);
    return lines.slice((page - 1) * size, page * size).map((line, index) => ({
      Organization: scope.organization.domains[0] ?? scope.organization.name,
      ...shown(line),
      StartDate: new Date(window.from),
      EndDate: new Date(window.until),
      Index: (page - 1) * size + index,
    }));
  },
};

/** `Get-MessageTraceV2`: the same, 10 days at a time out of 90, cut by -ResultSize; the next part begins with -StartingRecipientAddress and -EndDate. */
const getSecond: Cmdlet = {
  kinds: ['cloud'],
  parameters: { ...common, ResultSize: 'integer', StartingRecipientAddress: 'text', Subject: 'text', SubjectFilterType: 'text' },
  required: [],
  async run(scope, given) {
    const window = windowOf(scope, given, 90);
    const size = bounded(given, 'ResultSize', mostResults) ?? usualResults;
    const last = textGiven(given, 'StartingRecipientAddress')?.toLowerCase();
    const fits = subjectFits(given);
    // Of the moment at which the part before ended there are those behind its last recipient.
    const until = last === undefined ? window.until : window.until + 1;
    const lines = (await matching(scope, given, { ...window, until })).filter(
      ({ subject, received, recipient }) =>
        fits(subject) && (last === undefined || received < window.until || recipient.toLowerCase() > last),
    );
    if (lines.length > size)
      scope.warn(
        'There are more results. Go on with the received time and the recipient of the last one in -EndDate and -StartingRecipientAddress.',
      );
    return lines.slice(0, size).map(shown);
  },
};

/** `Get-MessageTraceDetail -MessageTraceId ... -RecipientAddress rob@contoso.test`: each step of a message to a recipient. */
const getDetail: Cmdlet = {
  kinds: ['cloud'],
  parameters: { MessageTraceId: 'text', RecipientAddress: 'text', StartDate: 'date', EndDate: 'date' },
  required: ['MessageTraceId', 'RecipientAddress'],
  async run(scope, given) {
    const recipient = textGiven(given, 'RecipientAddress') ?? '';
    const asked = { ...given, RecipientAddress: [recipient] };
    const oldest = { from: scope.at - 90 * dayMs, until: scope.at + 1 };
    const window = given['StartDate'] === undefined && given['EndDate'] === undefined ? oldest : windowOf(scope, given, 90);
    return (await matching(scope, asked, window)).flatMap(({ trace, messageId, events }) =>
      events.map(({ at, description, data }) => ({
        ...{ MessageId: messageId, MessageTraceId: trace, Date: new Date(at), Event: eventNames[description] ?? description },
        ...{ Action: '', Detail: data[0] ?? '', Data: '' },
      })),
    );
  },
};

export const messageTrace = { get };
export const messageTraceV2 = { get: getSecond };
export const messageTraceDetail = { get: getDetail };

const eventNames: Readonly<Record<string, string>> = {
  ...{ Submitted: 'Submit', SmtpReceive: 'Receive', Resolved: 'Resolve', Expanded: 'Expand', Forwarded: 'Redirect', MessageDefer: 'Defer' },
  ...{ Delivered: 'Deliver', FailedGeneral: 'Fail', TransferredToForeignOrg: 'Send external', TransferredToPartnerOrg: 'Send external' },
};

interface Window {
  readonly from: Instant;
  readonly until: Instant;
}

function windowOf({ at }: Pick<CmdletScope, 'at'>, given: CmdletParameters, daysBack: number): Window {
  const [start, end] = [numberGiven(given, 'StartDate'), numberGiven(given, 'EndDate')];
  if (start === undefined && end === undefined) return { from: at - usualHours * hourMs, until: at + 1 };
  if (start === undefined || end === undefined)
    throw cmdletRefusal('bad-parameter', '-StartDate and -EndDate go together: give both or neither.');
  if (end < start) throw cmdletRefusal('bad-parameter', '-EndDate lies before -StartDate.');
  if (start < at - daysBack * dayMs) throw cmdletRefusal('bad-parameter', `-StartDate is at most ${daysBack} days back.`);
  if (end - start > 10 * dayMs) throw cmdletRefusal('bad-parameter', 'One trace covers 10 days at most.');
  return { from: start, until: end };
}

function bounded(given: CmdletParameters, name: string, most: number): number | undefined {
  const value = numberGiven(given, name);
  if (value !== undefined && (value < 1 || value > most))
    throw cmdletRefusal('bad-parameter', `-${name} takes a number from 1 to ${most}, not ${value}.`);
  return value;
}

function subjectFits(given: CmdletParameters): (subject: string) => boolean {
  const wanted = textGiven(given, 'Subject')?.toLowerCase();
  const how = choiceGiven(given, 'SubjectFilterType', ['Contains', 'StartsWith', 'EndsWith'] as const) ?? 'Contains';
  if (wanted === undefined) return () => true;
  const methods = { Contains: 'includes', StartsWith: 'startsWith', EndsWith: 'endsWith' } as const;
  return (subject) => subject.toLowerCase()[methods[how]](wanted);
}

/** Lines that fit, newest first, those of one moment by recipient. */
async function matching(scope: CmdletScope, given: CmdletParameters, { from, until }: Window): Promise<readonly Line[]> {
  const { organization, transaction } = scope;
  const wanted = filterOf(given);
  // What was received before the end may be delivered after it.
  const rows = await transaction((tx) => findTracked(tx, organization.name, { from, limit: mostRows }));
  const lines: Line[] = [];
  for (const own of rowsByMessage(rows).values()) {
    if (own[0].at < until) lines.push(...linesOf(scope, own));
    if (lines.length % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return lines
    .filter(wanted)
    .toSorted((one, other) => other.received - one.received || order(one.recipient.toLowerCase(), other.recipient.toLowerCase()));
}

function filterOf(given: CmdletParameters): (line: Line) => boolean {
  const among = (name: string): ((text: string) => boolean) => {
    const wanted = listGiven(given, name)?.map((one) => patternOf(one));
    return (text) => wanted === undefined || wanted.some((one) => one.test(text));
  };
  const [sender, recipient, messageId] = [among('SenderAddress'), among('RecipientAddress'), among('MessageId')];
  const trace = guidGiven(given, 'MessageTraceId');
  const [fromIp, toIp] = [textGiven(given, 'FromIP'), textGiven(given, 'ToIP')];
  const status = listGiven(given, 'Status')?.map((one) => choiceGiven({ Status: one }, 'Status', statuses));
  return (line) =>
    sender(line.sender) &&
    recipient(line.recipient) &&
    (messageId(line.messageId) || messageId(line.messageId.replace(/^<(.*)>$/, '$1'))) &&
    (trace === undefined || line.trace === trace) &&
    (fromIp === undefined || line.fromIp === fromIp) &&
    (toIp === undefined || line.toIp === toIp) &&
    (status === undefined || status.includes(line.status));
}

/** Addresses may have asterisks: `*@contoso.test`. */
function patternOf(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, (one) => (one === '*' ? '.*' : `\\${one}`))}$`, 'i');
}

function linesOf({ organization }: CmdletScope, rows: readonly TrackedEvent[]): readonly Line[] {
  const [message] = trackedMessages(rows);
  if (message === undefined) return [];
  const events = recipientEvents(rows, { server: serverFqdn(organization), isPartner: () => false });
  const groups = new Set(
    rows.flatMap(({ event, facts }) => (event === 'EXPAND' ? (facts.relatedRecipientAddress ?? '').toLowerCase() : [])),
  );
  const came = rows[0]?.facts;
  return [...Map.groupBy(events, ({ recipient }) => recipient.toLowerCase())].map(([key, own]) => ({
    ...{ messageId: message.messageId, received: message.submitted, sender: message.sender, subject: message.subject },
    trace: namedGuid('message-trace', organization.name, String(message.internalId)),
    recipient: own[0]?.recipient ?? key,
    status: groups.has(key) ? 'Expanded' : statusOf(own),
    fromIp: came?.clientIp,
    toIp: rows.findLast(({ event, facts }) => event === 'SEND' && reaches(facts.recipients, own))?.facts.serverIp,
    size: came?.totalBytes ?? 0,
    events: own,
  }));
}

function reaches(recipients: readonly string[], events: readonly RecipientEvent[]): boolean {
  return events.some(({ reached, recipient }) => recipients.includes(reached ?? recipient));
}

function statusOf(events: readonly RecipientEvent[]): Status {
  switch (events.at(-1)?.status) {
    case 'Delivered':
    case 'Transferred':
      return 'Delivered';
    case 'Unsuccessful':
      return 'Failed';
    default:
      // Who forwards and keeps nothing has handed his message on.
      return events.at(-1)?.description === 'Forwarded' ? 'Expanded' : 'Pending';
  }
}

function shown({ messageId, received, sender, recipient, subject, status, toIp, fromIp, size, trace }: Line): CmdletObject {
  return {
    ...{ MessageId: messageId, Received: new Date(received), SenderAddress: sender, RecipientAddress: recipient, Subject: subject },
    ...{ Status: status, ToIP: toIp ?? null, FromIP: fromIp ?? null, Size: size, MessageTraceId: trace },
  };
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
