import {
  type FlagPredicate,
  flagRequests,
  importances,
  type RulePredicates,
  type StringListPredicate,
  sensitivities,
} from '../../domain/mailbox/rules/rule.ts';
import type { CmdletObject, CmdletParameters, CmdletScope, ParameterType, ShownValue } from '../cmdlet.ts';
import { choiceGiven, listGiven, numberGiven } from '../given.ts';
import { sizeGiven, sizeText } from '../recipient/size.ts';
import { addressesGiven, addressesShown } from './addresses.ts';

/** `''`: what a rule asks for; `ExceptIf`: what keeps it away. */
export type PredicatePrefix = '' | 'ExceptIf';

const words = {
  BodyContainsWords: 'ContainsBodyStrings',
  FromAddressContainsWords: 'ContainsSenderStrings',
  HeaderContainsWords: 'ContainsHeaderStrings',
  RecipientAddressContainsWords: 'ContainsRecipientStrings',
  SubjectContainsWords: 'ContainsSubjectStrings',
  SubjectOrBodyContainsWords: 'ContainsSubjectOrBodyStrings',
} as const satisfies Readonly<Record<string, StringListPredicate>>;
const flags = {
  HasAttachment: 'HasAttachments',
  MyNameInCcBox: 'SentCcMe',
  MyNameInToBox: 'SentToMe',
  MyNameInToOrCcBox: 'SentToOrCcMe',
  MyNameNotInToBox: 'NotSentToMe',
  SentOnlyToMe: 'SentOnlyToMe',
} as const satisfies Readonly<Record<string, FlagPredicate>>;
const people = { From: 'FromAddresses', SentTo: 'SentToAddresses' } as const;
/** What -MessageTypeMatches takes (page of New-InboxRule). */
const messageTypes = {
  AutomaticReply: 'IsAutomaticReply',
  AutomaticForward: 'IsAutomaticForward',
  Encrypted: 'IsEncrypted',
  Calendaring: 'IsMeetingRequest',
  CalendaringResponse: 'IsMeetingResponse',
  PermissionControlled: 'IsPermissionControlled',
  Voicemail: 'IsVoicemail',
  Signed: 'IsSigned',
  ApprovalRequest: 'IsApprovalRequest',
  ReadReceipt: 'IsReadReceipt',
  NonDeliveryReport: 'IsNDR',
} as const satisfies Readonly<Record<string, FlagPredicate>>;
type MessageType = keyof typeof messageTypes;
/** What the shell calls FYI. */
const flagNames = flagRequests.map((name) => (name === 'FYI' ? 'ForYourInformation' : name));

const kinds: Readonly<Record<string, ParameterType>> = {
  ...Object.fromEntries(Object.keys(words).map((name) => [name, 'list'])),
  ...Object.fromEntries(Object.keys(flags).map((name) => [name, 'nullable boolean'])),
  ...Object.fromEntries(Object.keys(people).map((name) => [name, 'list'])),
  FlaggedForAction: 'nullable text',
  MessageTypeMatches: 'nullable text',
  ReceivedAfterDate: 'date',
  ReceivedBeforeDate: 'date',
  WithImportance: 'nullable text',
  WithinSizeRangeMaximum: 'nullable text',
  WithinSizeRangeMinimum: 'nullable text',
  WithSensitivity: 'nullable text',
};

/** The parameters that say what a rule looks at, and those of its exceptions. */
export const predicateParameters: Readonly<Record<string, ParameterType>> = Object.fromEntries(
  Object.entries(kinds).flatMap(([name, type]) => [
    [name, type],
    [`ExceptIf${name}`, type],
  ]),
);

/** The conditions or exceptions after a change: what was not written stays, `$null` takes away. Refuses with `bad-parameter`. */
export async function predicatesGiven(
  scope: CmdletScope,
  given: CmdletParameters,
  prefix: PredicatePrefix,
  before: RulePredicates,
): Promise<RulePredicates> {
  const named = (name: string): string => `${prefix}${name}`;
  const changed: Record<string, unknown> = { ...before };
  const put = (name: string, predicate: keyof RulePredicates, value: unknown): void => {
    if (given[named(name)] !== undefined) changed[predicate] = value === null || value === false ? undefined : value;
  };
  for (const [name, predicate] of Object.entries(words)) put(name, predicate, nonEmpty(listGiven(given, named(name))));
  for (const [name, predicate] of Object.entries(flags)) put(name, predicate, given[named(name)]);
  for (const [name, predicate] of Object.entries(people)) put(name, predicate, nonEmpty(await addressesGiven(scope, given, named(name))));
  const flag = choiceGiven(given, named('FlaggedForAction'), flagNames);
  put('FlaggedForAction', 'FlaggedForAction', flag === 'ForYourInformation' ? 'FYI' : flag);
  put('WithImportance', 'Importance', choiceGiven(given, named('WithImportance'), importances));
  put('WithSensitivity', 'Sensitivity', choiceGiven(given, named('WithSensitivity'), sensitivities));
  if (given[named('MessageTypeMatches')] !== undefined) {
    const type = choiceGiven(given, named('MessageTypeMatches'), Object.keys(messageTypes) as MessageType[]);
    for (const [name, predicate] of Object.entries(messageTypes)) changed[predicate] = name === type ? true : undefined;
  }
  return { ...(changed as RulePredicates), ...rangesGiven(given, prefix, before) };
}

/** Sizes are kept in kilobytes, as EWS has them; dates stand for moments. */
function rangesGiven(
  given: CmdletParameters,
  prefix: PredicatePrefix,
  { WithinDateRange, WithinSizeRange }: RulePredicates,
): RulePredicates {
  const size = (name: string, before: number | undefined): number | undefined => {
    const octets = sizeGiven(given, `${prefix}${name}`);
    return given[`${prefix}${name}`] === undefined ? before : octets == null ? undefined : Math.round(octets / 1_024);
  };
  const sizes = {
    MinimumSize: size('WithinSizeRangeMinimum', WithinSizeRange?.MinimumSize),
    MaximumSize: size('WithinSizeRangeMaximum', WithinSizeRange?.MaximumSize),
  };
  const dates = {
    StartDateTime: numberGiven(given, `${prefix}ReceivedAfterDate`) ?? WithinDateRange?.StartDateTime,
    EndDateTime: numberGiven(given, `${prefix}ReceivedBeforeDate`) ?? WithinDateRange?.EndDateTime,
  };
  const isSaid = (range: object): boolean => Object.values(range).some((value) => value !== undefined);
  return { WithinSizeRange: isSaid(sizes) ? sizes : undefined, WithinDateRange: isSaid(dates) ? dates : undefined };
}

/** The conditions or exceptions under the names of the shell. */
export function predicatesShown(predicates: RulePredicates, prefix: PredicatePrefix): CmdletObject {
  const { FlaggedForAction: flag, WithinDateRange: dates, WithinSizeRange: sizes } = predicates;
  const date = (at: number | undefined): ShownValue => (at === undefined ? null : new Date(at));
  const size = (kilobytes: number | undefined): ShownValue => (kilobytes === undefined ? null : sizeText(kilobytes * 1_024));
  const shown: CmdletObject = {
    ...Object.fromEntries(Object.entries(words).map(([name, predicate]) => [name, predicates[predicate] ?? null])),
    FlaggedForAction: flag === 'FYI' ? 'ForYourInformation' : (flag ?? null),
    ...Object.fromEntries(Object.entries(people).map(([name, predicate]) => [name, addressesShown(predicates[predicate])])),
    ...Object.fromEntries(Object.entries(flags).map(([name, predicate]) => [name, predicates[predicate] ?? false])),
    MessageTypeMatches: Object.entries(messageTypes).find(([, predicate]) => predicates[predicate] === true)?.[0] ?? null,
    ReceivedAfterDate: date(dates?.StartDateTime),
    ReceivedBeforeDate: date(dates?.EndDateTime),
    WithImportance: predicates.Importance ?? null,
    WithinSizeRangeMaximum: size(sizes?.MaximumSize),
    WithinSizeRangeMinimum: size(sizes?.MinimumSize),
    WithSensitivity: predicates.Sensitivity ?? null,
  };
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [`${prefix}${name}`, value]));
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
