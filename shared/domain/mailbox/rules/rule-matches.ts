import type { Instant } from '../../../kernel/clock.ts';
import { named, namedProperty, type PropertyKey, propertySets, propertyTag, tags } from '../../../kernel/mapi.ts';
import { fold } from '../../../store/fold.ts';
import type { ItemDraft, RecipientKind } from '../draft.ts';
import { sizeOf } from '../item-layout.ts';
import {
  type FlagPredicate,
  type InboxRule,
  importances,
  type PredicateName,
  type RuleAddress,
  type RulePredicates,
  type StringListPredicate,
  sensitivities,
} from './rule.ts';

/** A message as it comes into a mailbox. Addresses are SMTP in lower case. */
export interface IncomingMessage {
  readonly draft: ItemDraft;
  readonly at: Instant;
  /** All addresses of whoever it is from. */
  readonly from: ReadonlySet<string>;
  /** All addresses of the mailbox's owner. */
  readonly me: ReadonlySet<string>;
}

/** Whether a rule acts on a message: all its conditions hold and none of its exceptions. */
export function ruleMatches({ conditions, exceptions }: Pick<InboxRule, 'conditions' | 'exceptions'>, message: IncomingMessage): boolean {
  return (
    used(conditions).every((name) => holds(name, conditions, message)) && !used(exceptions).some((name) => holds(name, exceptions, message))
  );
}

/** What is absent, false or an empty list is not looked at. */
function used(predicates: RulePredicates): readonly PredicateName[] {
  return (Object.keys(predicates) as PredicateName[]).filter((name) => {
    const value = predicates[name];
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  });
}

function holds(name: PredicateName, predicates: RulePredicates, message: IncomingMessage): boolean {
  if (Object.hasOwn(lists, name)) return lists[name as StringListPredicate](predicates[name as StringListPredicate] ?? [], message);
  if (Object.hasOwn(flags, name)) return flags[name as FlagPredicate](message);
  const { draft, at, from } = message;
  const { properties } = draft;
  switch (name) {
    case 'FlaggedForAction':
      return isFlaggedFor(predicates.FlaggedForAction, properties[flagRequest]);
    case 'FromAddresses':
      return (predicates.FromAddresses ?? []).some(({ address }) => from.has(address.toLowerCase()));
    case 'SentToAddresses':
      return isAmong(predicates.SentToAddresses ?? [], addressesOf(draft, 'to', 'cc'));
    case 'Importance':
      return importances[Number(properties[tags.importance] ?? 1)] === predicates.Importance;
    case 'Sensitivity':
      return sensitivities[Number(properties[tags.sensitivity] ?? 0)] === predicates.Sensitivity;
    case 'WithinDateRange':
      return isWithin(at, predicates.WithinDateRange?.StartDateTime, predicates.WithinDateRange?.EndDateTime);
    default:
      return isWithin(sizeOfDraft(draft) / 1024, predicates.WithinSizeRange?.MinimumSize, predicates.WithinSizeRange?.MaximumSize);
  }
}

const flagRequest = namedProperty(propertySets.Common, 0x8530, 'String');
const autoForwarded = propertyTag(0x0005, 'Boolean');

type ListCheck = (wanted: readonly string[], message: IncomingMessage) => boolean;
const text = ({ draft }: IncomingMessage, key: PropertyKey): string => String(draft.properties[key] ?? '');
const containing =
  (...of: ((message: IncomingMessage) => string)[]): ListCheck =>
  (wanted, message) => {
    const places = of.map((place) => fold(place(message)));
    return wanted.some((word) => places.some((place) => place.includes(fold(word))));
  };
const subject = (message: IncomingMessage): string => text(message, tags.subject);
const body = (message: IncomingMessage): string => text(message, tags.body) || text(message, tags.bodyHtml).replaceAll(/<[^<>]*>/g, ' ');

const lists: Readonly<Record<StringListPredicate, ListCheck>> = {
  Categories: (wanted, { draft }) => {
    const there = draft.properties[named.keywords];
    return Array.isArray(there) && wanted.some((one) => there.some((category) => fold(String(category)) === fold(one)));
  },
  ContainsBodyStrings: containing(body),
  ContainsHeaderStrings: containing((message) => text(message, tags.transportMessageHeaders)),
  ContainsRecipientStrings: containing(({ draft }) => addressesOf(draft, 'to', 'cc').join('\n')),
  ContainsSenderStrings: containing(({ from }) => [...from].join('\n')),
  ContainsSubjectOrBodyStrings: containing(subject, body),
  ContainsSubjectStrings: containing(subject),
  ItemClasses: (wanted, { draft }) => wanted.some((one) => isClass(draft.class, one)),
  // Neither exists here, so nothing comes from the one or has the other; a rule that names them is refused when it is written.
  FromConnectedAccounts: () => false,
  MessageClassifications: () => false,
};

const ofClass =
  (...classes: readonly string[]) =>
  ({ draft }: IncomingMessage): boolean =>
    classes.some((one) => isClass(draft.class, one));
const report =
  (kind: string) =>
  ({ draft }: IncomingMessage): boolean =>
    new RegExp(`^report\\..*\\.${kind}$`, 'i').test(draft.class);
const header =
  (pattern: RegExp) =>
  (message: IncomingMessage): boolean =>
    pattern.test(text(message, tags.transportMessageHeaders));
const toMe = ({ draft, me }: IncomingMessage, ...kinds: readonly RecipientKind[]): boolean =>
  addressesOf(draft, ...kinds).some((address) => me.has(address));

/** Kinds of messages by their class and the header fields that MS-OXCMAIL 2.1.3 makes classes of. */
const flags: Readonly<Record<FlagPredicate, (message: IncomingMessage) => boolean>> = {
  HasAttachments: ({ draft }) => draft.attachments.some(({ isInline }) => !isInline),
  IsApprovalRequest: ofClass('IPM.Note.Microsoft.Approval.Request'),
  IsAutomaticForward: ({ draft }) => draft.properties[autoForwarded] === true,
  IsAutomaticReply: ({ draft }) => isAutomaticReply(draft),
  IsEncrypted: (message) =>
    (ofClass('IPM.Note.SMIME')(message) && !isClass(message.draft.class, 'IPM.Note.SMIME.MultipartSigned')) ||
    header(/^content-type:\s*application\/(x-)?pkcs7-mime\b(?!.*smime-type=signed-data)/im)(message),
  IsMeetingRequest: ofClass('IPM.Schedule.Meeting.Request'),
  IsMeetingResponse: ofClass('IPM.Schedule.Meeting.Resp'),
  IsNDR: report('NDR'),
  IsPermissionControlled: header(/^content-class:\s*rpmsg\.message\b/im),
  IsReadReceipt: report('IPNRN'),
  IsSigned: (message) =>
    ofClass('IPM.Note.SMIME.MultipartSigned')(message) ||
    header(/^content-type:\s*(multipart\/signed\b|.*smime-type=signed-data)/im)(message),
  IsVoicemail: ofClass('IPM.Note.Microsoft.Voicemail'),
  NotSentToMe: (message) => !toMe(message, 'to'),
  SentCcMe: (message) => toMe(message, 'cc'),
  SentOnlyToMe: (message) => toMe(message, 'to') && addressesOf(message.draft, 'to', 'cc').every((address) => message.me.has(address)),
  SentToMe: (message) => toMe(message, 'to'),
  SentToOrCcMe: (message) => toMe(message, 'to', 'cc'),
};

/** Whether a message is an answer that nobody wrote: none is given to it. */
export function isAutomaticReply({ class: messageClass, properties }: ItemDraft): boolean {
  const headers = String(properties[tags.transportMessageHeaders] ?? '');
  return (
    /^ipm\.note\.rules\.(oof|reply)template\.microsoft/i.test(messageClass) || /^(auto-submitted:\s*auto-|x-autoreply:)/im.test(headers)
  );
}

function isClass(of: string, wanted: string): boolean {
  const [one, other] = [of.toLowerCase(), wanted.toLowerCase()];
  return one === other || one.startsWith(`${other}.`);
}

/** The texts that Outlook writes for the actions of a flag. */
function isFlaggedFor(wanted: RulePredicates['FlaggedForAction'], request: unknown): boolean {
  if (typeof request !== 'string' || request === '') return false;
  const bare = request.replaceAll(/[^a-z]/gi, '').toLowerCase();
  const wish = wanted === 'FYI' ? 'foryourinformation' : wanted?.toLowerCase();
  return wish === 'any' || bare === wish;
}

function isAmong(wanted: readonly RuleAddress[], there: readonly string[]): boolean {
  return wanted.some(({ address }) => there.includes(address.toLowerCase()));
}

function isWithin(value: number, least: number | undefined, most: number | undefined): boolean {
  return value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);
}

function addressesOf({ recipients }: ItemDraft, ...kinds: readonly RecipientKind[]): readonly string[] {
  return recipients.filter(({ kind }) => kinds.includes(kind)).map(({ address }) => address.toLowerCase());
}

function sizeOfDraft({ mime, properties }: ItemDraft): number {
  return mime?.length ?? sizeOf({ bag: JSON.stringify(properties) });
}
