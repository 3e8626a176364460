import { isRestricted } from '../../../shared/bridges/access/mail-restriction.ts';
import { isModerated } from '../../../shared/bridges/access/moderation.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { readAutomaticReplies, replyInForce } from '../../../shared/domain/mailbox/automatic-replies.ts';
import { isContact } from '../../../shared/domain/mailbox/known-senders.ts';
import { fullFor } from '../../../shared/domain/mailbox/quota.ts';
import { largestReceived } from '../../../shared/domain/mailflow/size-limits.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getMailTips as contract } from '../../../shared/protocols/ews/operations/get-mail-tips.ts';
import type { MailTipType } from '../../../shared/protocols/ews/types/mail-tips.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { RecipientPlace } from '../recipient-place.ts';
import { groupSize } from './group-size.ts';

export type MailTipsRequest = RequestOf<typeof contract>;
export type MailTipsAnswer = ResponseOf<typeof contract>;
type Inner = NonNullable<Extract<MailTipsAnswer, { class: 'Success' }>['ResponseMessages']>;
/** What is answered for one recipient. */
export type MailTipsMessage = Inner[number];
type MailTips = NonNullable<Extract<MailTipsMessage, { class: 'Success' }>['MailTips']>;

/** Recipients in one request; Exchange's number is from memory. */
export const mostRecipients = 50;

/** Where tips come from. */
export interface TipsGround {
  readonly read: Executor;
  readonly directory: Directory;
  readonly organization: Organization;
  readonly settings: Settings;
  readonly at: Instant;
}

/** What somebody is told. */
export interface TipsAsked {
  /** As the request wrote it. */
  readonly recipient: MailTipsRequest['Recipients']['Mailbox'][number];
  readonly tips: ReadonlySet<MailTipType>;
  /** Whose automatic reply is shown. */
  readonly to: 'internal' | 'external';
  /** Of whoever asks, of another organisation: contacts may be told more. */
  readonly writer?: string;
  /** In which he reads: `fr`, `pt-br`. */
  readonly language?: string;
  /** Who will send the message; undefined: somebody of another organisation. */
  readonly sender: Guid | undefined;
}

const every: readonly MailTipType[] = [
  ...(['OutOfOfficeMessage', 'MailboxFullStatus', 'CustomMailTip', 'ExternalMemberCount', 'TotalMemberCount', 'MaxMessageSize'] as const),
  ...(['DeliveryRestriction', 'ModerationStatus', 'InvalidRecipient', 'Scope'] as const),
];

/** The tips that a request asks for and the organisation gives; undefined when it gives none at all. */
export function tipsAsked(requested: readonly MailTipType[], settings: Settings): ReadonlySet<MailTipType> | undefined {
  const config = organizationConfig(settings);
  if (!config.MailTipsAllTipsEnabled) return undefined;
  const tips = new Set(requested.includes('All') ? every : requested);
  if (!config.MailTipsMailboxSourcedTipsEnabled) for (const tip of ['OutOfOfficeMessage', 'MailboxFullStatus'] as const) tips.delete(tip);
  if (!config.MailTipsGroupMetricsEnabled) for (const tip of ['ExternalMemberCount', 'TotalMemberCount'] as const) tips.delete(tip);
  return tips;
}

/** MS-OXWMT ScopeTypes; which of them Exchange answers for whom is inferred from Microsoft Graph's `recipientScopeType`. */
const scopes = { internal: 1, external: 2 } as const;

/** What is known here of a recipient. Nobody else's server is asked. */
export async function tipsOf(ground: TipsGround, place: RecipientPlace, asked: TipsAsked): Promise<MailTipsMessage> {
  const { tips, recipient } = asked;
  const MailTips: MailTips = {
    RecipientAddress: recipientAddress(recipient),
    PendingMailTips: [],
    ...(place.is === 'local' ? await ofMailbox(ground, place.mailbox, asked) : {}),
    ...(await audience(ground, place, tips)),
    ...(place.is === 'local' ? await ofRecipient(ground, place.owner, asked) : {}),
    ...(place.is === 'group' ? await ofRecipient(ground, place.group, asked) : {}),
    ...(tips.has('InvalidRecipient') ? { InvalidRecipient: place.is === 'nowhere' } : {}),
    ...(tips.has('Scope') && place.is !== 'nowhere' ? { Scope: scopeOf(place) } : {}),
  };
  return { class: 'Success', MailTips };
}

/** As an answer repeats whom the request named. */
export function recipientAddress({ Name = '', EmailAddress, RoutingType = 'SMTP' }: TipsAsked['recipient']): MailTips['RecipientAddress'] {
  return { Name, EmailAddress, RoutingType };
}

/** Whether a recipient is one of the organisation's own, as a number. */
export function scopeOf(place: RecipientPlace): number {
  return scopes[isStranger(place) ? 'external' : 'internal'];
}

/** Full is what takes no more mail by its quota (page "MailboxFull"); a full Inbox is not told of (inferred). */
async function ofMailbox({ read, at }: TipsGround, mailbox: Guid, asked: TipsAsked): Promise<Partial<MailTips>> {
  const { tips } = asked;
  return {
    ...(tips.has('OutOfOfficeMessage') ? { OutOfOffice: await automaticReply(read, mailbox, at, asked) } : {}),
    ...(tips.has('MailboxFullStatus') ? { MailboxFull: (await fullFor(read, mailbox)) === 'quota-exceeded' } : {}),
  };
}

async function automaticReply(
  read: Executor,
  mailbox: Guid,
  at: Instant,
  { to: side, writer }: TipsAsked,
): Promise<MailTips['OutOfOffice']> {
  const replies = await readAutomaticReplies(read, mailbox);
  const asks = side === 'external' && writer !== undefined && replies.externalAudience === 'Known';
  const to = asks && (await isContact(read, mailbox, writer)) ? 'known' : side;
  const reply = replyInForce(replies, at, to);
  if (reply === undefined) return { ReplyBody: { Message: '' } };
  const ReplyBody = { Message: reply.html, ...(reply.language === null ? {} : { lang: reply.language }) };
  if (replies.state !== 'Scheduled' || replies.period === null) return { ReplyBody };
  const { start, end } = replies.period;
  return { ReplyBody, Duration: { StartTime: { ms: start, isZoned: true }, EndTime: { ms: end, isZoned: true } } };
}

async function audience(
  { directory, organization }: TipsGround,
  place: RecipientPlace,
  tips: ReadonlySet<MailTipType>,
): Promise<Partial<MailTips>> {
  const isAsked = tips.has('TotalMemberCount') || tips.has('ExternalMemberCount');
  if (place.is === 'nowhere' || !isAsked) return {};
  const size =
    place.is === 'group' ? await groupSize(directory, organization, place.group) : { total: 1, external: isStranger(place) ? 1 : 0 };
  return {
    ...(tips.has('TotalMemberCount') ? { TotalMemberCount: size.total } : {}),
    ...(!tips.has('ExternalMemberCount')
      ? {}
      : size.external === undefined
        ? { PendingMailTips: ['ExternalMemberCount'] }
        : { ExternalMemberCount: size.external }),
  };
}

/** What administrators set at the recipient. */
async function ofRecipient(
  { directory, organization, settings }: TipsGround,
  recipient: Recipient,
  { tips, sender, language = '' }: TipsAsked,
): Promise<Partial<MailTips>> {
  const { mailTipTranslations = {} } = recipient.settings;
  const mailTip = mailTipTranslations[language] ?? mailTipTranslations[language.replace(/-.*$/, '')] ?? recipient.settings.mailTip;
  return {
    ...(tips.has('CustomMailTip') && mailTip !== undefined ? { CustomMailTip: mailTip } : {}),
    ...(tips.has('MaxMessageSize') ? { MaxMessageSize: largestReceived({ organization, settings }, recipient) } : {}),
    ...(tips.has('DeliveryRestriction') ? { DeliveryRestricted: await isRestricted(directory, recipient, sender) } : {}),
    ...(tips.has('ModerationStatus') ? { IsModerated: await isModerated(directory, recipient, sender) } : {}),
  };
}

/** Somebody whom the organisation does not count among its own. */
function isStranger(place: RecipientPlace): boolean {
  return place.is === 'elsewhere' && (place.recipient === undefined || place.recipient.type === 'MailContact');
}
