import { addressesOf, findReports, type Search } from '../bridges/tracking/find.ts';
import type { TrackingGround, TrackingTrouble } from '../bridges/tracking/ground.ts';
import { concerns, type Report, reportOf } from '../bridges/tracking/report.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import type { DeliveryStatus, RecipientEvent } from '../domain/mailflow/tracking-report.ts';
import { parseTrackingReportId } from '../domain/mailflow/tracking-report-id.ts';
import { findTracked } from '../domain/mailflow/tracking-search.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, listGiven, requireOneSet, textGiven } from './given.ts';
import { resultSize } from './recipient/noun.ts';
import { requireMailbox } from './recipient-identity.ts';

/**
 * `Search-MessageTrackingReport mary -Recipients joe@contoso.test`: messages that a mailbox has sent, with -Sender those that it
 * got. Users follow their own messages; whoever has the role Message Tracking follows those of others with -BypassDelegateChecking.
 */
const search: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'Identity',
  parameters: {
    ...{ Identity: 'text', Sender: 'text', Recipients: 'list', Subject: 'text', MessageId: 'text', ResultSize: 'text' },
    ...{ BypassDelegateChecking: 'switch', DoNotResolve: 'switch' },
  },
  required: ['Identity'],
  async run(scope, given) {
    requireOneSet(given, [['Sender'], ['Recipients']]);
    const { owner } = await requireMailbox(scope, textGiven(given, 'Identity') ?? '');
    const sender = textGiven(given, 'Sender');
    const found = await findReports(await groundOf(scope, owner), {
      ...{ subject: textGiven(given, 'Subject'), messageId: textGiven(given, 'MessageId') },
      ...(sender === undefined
        ? { side: 'Sender', sender: owner.primaryAddress, recipients: listGiven(given, 'Recipients') }
        : { side: 'Recipient', sender, recipients: [owner.primaryAddress] }),
    });
    return shownSearch(scope, found, resultSize(given), given['DoNotResolve'] === true);
  },
};

const statuses = ['Unsuccessful', 'Pending', 'Delivered', 'Transferred', 'Read'] as const satisfies readonly DeliveryStatus[];

/**
 * `Get-MessageTrackingReport $report.MessageTrackingReportId -ReportTemplate RecipientPath -RecipientPathFilter joe@contoso.test`:
 * what became of a message. Recipients in another organisation that shares delivery reports are asked for there.
 */
const get: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'Identity',
  parameters: {
    ...{ Identity: 'text', ReportTemplate: 'text', RecipientPathFilter: 'text', Recipients: 'list', Status: 'text', ResultSize: 'text' },
    ...{ BypassDelegateChecking: 'switch', DoNotResolve: 'switch', DetailLevel: 'text' },
  },
  required: ['Identity'],
  ownerOf: (identity) => parseTrackingReportId(identity)?.user,
  async run(scope, given) {
    const identity = textGiven(given, 'Identity') ?? '';
    const id = parseTrackingReportId(identity);
    if (id === undefined)
      throw cmdletRefusal('bad-parameter', `-Identity takes the MessageTrackingReportId of Search-MessageTrackingReport, not ${identity}.`);
    const template = choiceGiven(given, 'ReportTemplate', ['Summary', 'RecipientPath'] as const) ?? 'Summary';
    const recipient = textGiven(given, 'RecipientPathFilter');
    if (template === 'RecipientPath' && recipient === undefined)
      throw cmdletRefusal('bad-parameter', 'Say whose way with -RecipientPathFilter: the template RecipientPath is of one recipient.');
    choiceGiven(given, 'DetailLevel', ['Basic', 'Verbose'] as const);
    const { directory, organization } = scope;
    const user = id.user === undefined ? undefined : await directory(organization.name).byGuid(id.user);
    if (user === undefined) throw objectNotFound(organization, identity);
    const ground = await groundOf(scope, user);
    const report = await reportOf(ground, id, { template, recipient });
    // The words of an id are anybody's: the message says whose it is.
    if (report === undefined || !(await concerns(ground, id, report, await addressesOf(ground, user.primaryAddress))))
      throw objectNotFound(organization, identity);
    tell(scope, report.troubles);
    const [status, wanted] = [choiceGiven(given, 'Status', statuses), listGiven(given, 'Recipients')];
    const events = report.events.filter(
      (event) =>
        (status === undefined || event.status === status) &&
        (wanted === undefined || wanted.some((one) => one.toLowerCase() === event.recipient.toLowerCase())),
    );
    const isResolved = given['DoNotResolve'] !== true;
    return [await shownReport(scope, identity, report, events.slice(0, resultSize(given)), isResolved)];
  },
};

export const messageTrackingReport = { get, search };

async function groundOf(scope: CmdletScope, user: Recipient): Promise<TrackingGround> {
  const { organization, at, dialer, identifiers, tokens, trace, directory, transaction } = scope;
  const settings = await scope.settings(organization.name);
  return {
    ...{ organization, settings, directory: directory(organization.name) },
    rows: (query) => transaction((tx) => findTracked(tx, organization.name, query)),
    across: {
      party: { organization, settings, at, dialer, identifiers, tokens, service: 'cmdlet', parent: trace },
      ...{ user, offer: 'MSExchange.SharingCalendarFreeBusy' },
    },
  };
}

function tell({ warn }: Pick<CmdletScope, 'warn'>, troubles: readonly TrackingTrouble[]): void {
  for (const { domain, text } of troubles) warn(`Delivery reports of ${domain} could not be had: ${text}`);
}

async function shownSearch(scope: CmdletScope, { found, troubles }: Search, most: number, isBare: boolean): Promise<CmdletObject[]> {
  tell(scope, troubles);
  const shown: CmdletObject[] = [];
  for (const { id, ...message } of found.slice(0, most)) shown.push(await head(scope, id, message, !isBare));
  return shown;
}

/** Properties that searches and reports have in common, in the order of the shell. */
async function head(
  scope: CmdletScope,
  id: string,
  { sender, subject, submitted, recipients }: Pick<Report, 'sender' | 'subject' | 'submitted' | 'recipients'>,
  isResolved: boolean,
): Promise<CmdletObject> {
  const name = (address: string) => (isResolved ? displayName(scope, address) : Promise.resolve(address));
  return {
    MessageTrackingReportId: id,
    SubmittedDateTime: new Date(submitted),
    Subject: subject,
    FromAddress: sender,
    FromDisplayName: await name(sender),
    RecipientAddresses: recipients,
    RecipientDisplayNames: await Promise.all(recipients.map(name)),
  };
}

async function shownReport(
  scope: CmdletScope,
  id: string,
  report: Report,
  events: readonly RecipientEvent[],
  isResolved: boolean,
): Promise<CmdletObject> {
  const count = (wanted: DeliveryStatus): number => report.events.filter(({ status }) => status === wanted).length;
  const shown: CmdletObject[] = [];
  for (const { at, recipient, status, description, data, server } of events) {
    shown.push({
      Date: new Date(at),
      RecipientAddress: recipient,
      RecipientDisplayName: isResolved ? await displayName(scope, recipient) : recipient,
      Status: status,
      EventType: description,
      EventDescription: sentence(description, data, server),
      EventData: data,
      Server: server,
    });
  }
  return {
    ...(await head(scope, id, report, isResolved)),
    DeliveredCount: count('Delivered'),
    PendingCount: count('Pending'),
    TransferredCount: count('Transferred'),
    UnsuccessfulCount: count('Unsuccessful'),
    RecipientTrackingEvents: shown,
  };
}

async function displayName({ directory, organization }: CmdletScope, address: string): Promise<string> {
  return (await directory(organization.name).byAddress(address))?.displayName ?? address;
}

/** What is said of an event; the sentences are ours. */
function sentence(description: string, [detail = '']: readonly string[], server: string): string {
  const sentences: Readonly<Record<string, string>> = {
    Submitted: `The message was submitted to ${server}.`,
    SmtpReceive: `The message came to ${server} by SMTP.`,
    Resolved: `The recipient's address was resolved from ${detail}.`,
    Expanded: `The members of the group ${detail} were added to the recipients.`,
    Forwarded: `The message was forwarded by ${detail}.`,
    MessageDefer: `The message waits to be sent on: ${detail}`,
    Delivered: 'The message was delivered.',
    FailedGeneral: `The message could not be delivered: ${detail}`,
    TransferredToForeignOrg: 'The message was handed on to another organization, which tells nothing of it.',
    TransferredToPartnerOrg: 'The message was handed on to another organization, which shares delivery reports.',
  };
  return sentences[description] ?? description;
}
