import type { Instant } from '../../../kernel/clock.ts';

/** A rule of the Inbox: what is done with mail as it arrives. */
export interface InboxRule {
  /** Object counter of the message that keeps it. */
  readonly counter: number;
  readonly name: string;
  /** From 1; rules run in this order. */
  readonly priority: number;
  readonly isEnabled: boolean;
  /** It names something that is no longer there, or something that could not be carried out: it does not run. */
  readonly isInError: boolean;
  readonly conditions: RulePredicates;
  readonly exceptions: RulePredicates;
  readonly actions: RuleActions;
}

/** What a rule says, as it is written and checked. */
export type RuleContent = Omit<InboxRule, 'counter' | 'isInError'>;

/** Somebody whom a rule names; the address is SMTP. */
export interface RuleAddress {
  readonly name: string;
  readonly address: string;
}

export const flagRequests = [
  'Any',
  'Call',
  'DoNotForward',
  'FollowUp',
  'FYI',
  'Forward',
  'NoResponseNecessary',
  'Read',
  'Reply',
  'ReplyToAll',
  'Review',
] as const;
export const importances = ['Low', 'Normal', 'High'] as const;
export const sensitivities = ['Normal', 'Personal', 'Private', 'Confidential'] as const;

/**
 * What a message is looked at for; of a list one member suffices. What is absent or false is not looked at. The names are those of MS-OXWSRULES 2.2.4.12: protocol, cmdlets and the kept form share them.
 */
export type RulePredicates = {
  readonly [Name in StringListPredicate]?: readonly string[] | undefined;
} & {
  readonly [Name in FlagPredicate]?: boolean | undefined;
} & {
  readonly FlaggedForAction?: (typeof flagRequests)[number] | undefined;
  readonly FromAddresses?: readonly RuleAddress[] | undefined;
  readonly SentToAddresses?: readonly RuleAddress[] | undefined;
  readonly Importance?: (typeof importances)[number] | undefined;
  readonly Sensitivity?: (typeof sensitivities)[number] | undefined;
  readonly WithinDateRange?: { readonly StartDateTime?: Instant | undefined; readonly EndDateTime?: Instant | undefined } | undefined;
  /** In kilobytes. */
  readonly WithinSizeRange?: { readonly MinimumSize?: number | undefined; readonly MaximumSize?: number | undefined } | undefined;
};

export type StringListPredicate =
  | 'Categories'
  | 'ContainsBodyStrings'
  | 'ContainsHeaderStrings'
  | 'ContainsRecipientStrings'
  | 'ContainsSenderStrings'
  | 'ContainsSubjectOrBodyStrings'
  | 'ContainsSubjectStrings'
  | 'FromConnectedAccounts'
  | 'ItemClasses'
  | 'MessageClassifications';

export type FlagPredicate =
  | 'HasAttachments'
  | 'IsApprovalRequest'
  | 'IsAutomaticForward'
  | 'IsAutomaticReply'
  | 'IsEncrypted'
  | 'IsMeetingRequest'
  | 'IsMeetingResponse'
  | 'IsNDR'
  | 'IsPermissionControlled'
  | 'IsReadReceipt'
  | 'IsSigned'
  | 'IsVoicemail'
  | 'NotSentToMe'
  | 'SentCcMe'
  | 'SentOnlyToMe'
  | 'SentToMe'
  | 'SentToOrCcMe';

export type PredicateName = keyof RulePredicates;

/** What a rule does; the names are those of MS-OXWSRULES 2.2.4.10. */
export interface RuleActions {
  readonly AssignCategories?: readonly string[] | undefined;
  /** A folder of the same mailbox, by its object counter. */
  readonly CopyToFolder?: number | undefined;
  readonly MoveToFolder?: number | undefined;
  readonly Delete?: boolean | undefined;
  readonly PermanentDelete?: boolean | undefined;
  readonly ForwardAsAttachmentToRecipients?: readonly RuleAddress[] | undefined;
  readonly ForwardToRecipients?: readonly RuleAddress[] | undefined;
  readonly RedirectToRecipients?: readonly RuleAddress[] | undefined;
  readonly MarkImportance?: (typeof importances)[number] | undefined;
  readonly MarkAsRead?: boolean | undefined;
  /** A message of the same mailbox, by its object counter: what is answered. */
  readonly ServerReplyWithMessage?: number | undefined;
  readonly StopProcessingRules?: boolean | undefined;
}

export type ActionName = keyof RuleActions;

/** Rules of a mailbox. A bound of ours: Exchange bounds their size, 256 KB in all. */
export const mostRules = 200;
