import { remoteDomainOf } from '../../domain/mailflow/remote-domains.ts';
import { transportConfigOf } from '../../domain/mailflow/transport-config.ts';
import type { TransportMessage } from '../../domain/mailflow/transport-message.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { reportAddress } from '../../domain/organization/report-address.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import { writeDeliveryReport } from '../../protocols/mime/delivery-report.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';

/** What a report tells (RFC 3464, 2.3.3). */
export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** A recipient whom a message has not reached, or not yet, or has: then the reply is the last that was heard of him. */
export interface Undelivered {
  readonly address: string;
  /** What the sender wrote, where that is another address. */
  readonly original?: string | undefined;
  readonly notify?: TransportMessage['recipients'][number]['notify'];
  /** The reply of SMTP, with its enhanced code: `550 5.1.10 RESOLVER.ADR.RecipientNotFound; ...`. */
  readonly reply: string;
  /** The server that gave it; without, the one that reports. */
  readonly remoteHost?: string | undefined;
}

/** What a report is about. */
export interface ReportedMessage extends Pick<TransportMessage, 'sender' | 'facts'> {
  readonly octets: Buffer;
  readonly subject: string;
  readonly internetMessageId: string;
  readonly received: Instant;
  /** Until when it is tried; of a report about a delay. */
  readonly expires?: Instant | undefined;
}

interface ReportGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

/**
 * The message that tells a sender whom his message has not reached (`failed`), or not for hours (`delayed`), or whom it has, where
 * he asked for that; undefined where nobody is to be told: there is no sender, he wants to hear nothing of it (RFC 3461, 6.2), or reports of this kind are switched
 * off (Set-TransportConfig, Set-RemoteDomain). Its words follow Exchange's
 * reports, the explanation is in the code.
 */
export async function reportOn(
  ground: ReportGround,
  action: ReportAction,
  message: ReportedMessage,
  undelivered: readonly Undelivered[],
  instant: Instant,
): Promise<TransportMessage | undefined> {
  const wanted = action === 'failed' ? 'FAILURE' : action === 'delayed' ? 'DELAY' : 'SUCCESS';
  const told = undelivered.filter(({ notify }) => (notify === undefined ? wanted !== 'SUCCESS' : notify.includes(wanted)));
  if (message.sender === '' || told.length === 0) return undefined;
  const { organization, identifiers } = ground;
  const manner = mannerOf(ground, action, message.sender);
  if (!manner.isSent) return undefined;
  const host = serverFqdn(organization);
  const octets = writeDeliveryReport({
    from: { name: 'Microsoft Outlook', address: manner.from },
    to: { name: '', address: message.sender },
    subject: `${titles[action]}: ${message.subject}`,
    date: instant,
    messageId: `<${identifiers.guid()}@${host}>`,
    inReplyTo: message.internetMessageId,
    fields: [
      ['X-MS-Exchange-Organization-SCL', '-1'],
      ['X-Auto-Response-Suppress', 'All'],
    ],
    paragraphs: paragraphsOf(action, message, told, host),
    sendsHtml: manner.sendsHtml,
    reportingMta: manner.authority === '' ? host : manner.authority,
    arrival: message.received,
    envelopeId: message.facts.envelopeId,
    recipients: told.map(({ address, original, reply, remoteHost }) => ({
      finalRecipient: address,
      originalRecipient: original === address ? undefined : original,
      action,
      status: statusOf(reply, action),
      diagnostic: reply === '' ? undefined : reply,
      remoteMta: remoteHost,
      retriedUntil: action === 'delayed' ? message.expires : undefined,
    })),
    // Of a message that has come through nobody gets the text again (RFC 3461, 4.3).
    returned: {
      octets: message.octets,
      whole: isBad(action) && message.facts.returns !== 'HDRS' && message.octets.length <= manner.mostReturned,
    },
    id: identifiers.guid().replaceAll('-', ''),
  });
  const item = await draftFromMime(octets, instant);
  return {
    sender: '',
    recipients: [{ address: message.sender, notify: ['NEVER'] }],
    item: { ...item, mime: octets },
    facts: {
      ...{ source: 'DSN', authAs: 'Internal', authSource: host, authMechanism: '04', directionality: 'Originating', connector: '' },
      ...(message.facts.traceparent === undefined ? {} : { traceparent: message.facts.traceparent }),
    },
  };
}

const titles: Readonly<Record<ReportAction, string>> = {
  ...{ failed: 'Undeliverable', delayed: 'Delivery delayed' },
  ...{ delivered: 'Delivered', relayed: 'Relayed', expanded: 'Expanded' },
};

function isBad(action: ReportAction): boolean {
  return action === 'failed' || action === 'delayed';
}

interface Manner {
  readonly isSent: boolean;
  readonly from: string;
  readonly sendsHtml: boolean;
  /** '': the server. */
  readonly authority: string;
  /** Octets of a message that is given back whole; of a larger one it is the header. */
  readonly mostReturned: number;
}

/** How reports are written, by whom they are for: people of the organisation, or others. */
function mannerOf({ organization, settings }: ReportGround, action: ReportAction, sender: string): Manner {
  const domain = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase();
  const config = transportConfigOf(organization, settings);
  const octets = (limit: number | 'unlimited'): number => (limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit);
  if (organization.domains.some((one) => one.toLowerCase() === domain))
    return {
      isSent: action !== 'delayed' || config.InternalDelayDsnEnabled,
      from: reportAddress(organization),
      sendsHtml: config.InternalDsnSendHtml,
      authority: config.InternalDsnReportingAuthority,
      mostReturned: octets(config.InternalDsnMaxMessageAttachSize),
    };
  const remote = remoteDomainOf(settings, domain);
  const { ExternalPostmasterAddress: postmaster } = config;
  return {
    isSent: isBad(action) ? remote.NDREnabled && (action === 'failed' || config.ExternalDelayDsnEnabled) : remote.DeliveryReportEnabled,
    from: postmaster === '' ? `postmaster@${organization.domains[0] ?? organization.name}` : postmaster,
    sendsHtml: config.ExternalDsnSendHtml,
    authority: config.ExternalDsnReportingAuthority,
    mostReturned: octets(config.ExternalDsnMaxMessageAttachSize),
  };
}

function paragraphsOf(action: ReportAction, { expires }: ReportedMessage, told: readonly Undelivered[], host: string): readonly string[] {
  const names = told.map(({ original, address }) => original ?? address).join('\n');
  const diagnostics = told.map(({ address, reply, remoteHost }) => `${address}\n${remoteHost ?? host}\nRemote Server returned '${reply}'`);
  const first = `${openings[action]}\n\n${names}`;
  if (!isBad(action)) return [first];
  const until = expires === undefined ? '' : ` until ${new Date(expires).toUTCString()}`;
  return [
    first,
    ...(action === 'delayed' ? [`The message has not been delivered yet. It will be tried${until}.`] : []),
    `Diagnostic information for administrators:\n\nGenerating server: ${host}`,
    ...diagnostics,
  ];
}

/** What people read first; the words are ours. */
const openings: Readonly<Record<ReportAction, string>> = {
  failed: 'Delivery has failed to these recipients or groups:',
  delayed: 'Delivery is delayed to these recipients or groups:',
  delivered: 'Your message has been delivered to these recipients:',
  relayed: 'Your message has been handed on to these recipients; their server does not tell whether it was delivered:',
  expanded: 'Your message has been delivered to these groups, whose members are not reported on:',
};

/** The enhanced code of a reply; where it has none, that of its first digit. */
function statusOf(reply: string, action: ReportAction): string {
  if (!isBad(action)) return '2.0.0';
  const [, enhanced] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(reply) ?? [];
  // A report about a failure says 5 whatever the last attempt was told (RFC 3464, 2.3.4).
  if (enhanced !== undefined) return action === 'failed' ? enhanced : enhanced.replace(/^\d/, '4');
  return action === 'failed' ? '5.0.0' : '4.4.7';
}
