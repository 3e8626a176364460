import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { EwsApplicationRules } from '../organization/ews-applications.ts';
import type { Quotas } from '../organization/mailbox-databases.ts';

/**
 * What administrators set at a recipient besides names, addresses and rights. One that has its usual value is absent, so
 * that a recipient of which nothing was set has none. GUIDs are object GUIDs of recipients of the same organisation.
 */
export interface RecipientSettings {
  /** `Name`, where it is not the display name. */
  readonly name?: string;
  /** Not in the global address list; names are not resolved to it. */
  readonly hiddenFromAddressLists?: true;
  /** Absent: address policies make its addresses, on-premises. */
  readonly emailAddressPolicyEnabled?: false;
  /** HTML of the custom MailTip. */
  readonly mailTip?: string;
  /** The same in other languages, by their codes in small letters: `fr`, `pt-br`. */
  readonly mailTipTranslations?: Readonly<Record<string, string>>;
  readonly forwardingAddress?: Guid;
  /** SMTP, without prefix. */
  readonly forwardingSmtpAddress?: string;
  readonly deliverToMailboxAndForward?: true;
  readonly grantSendOnBehalfTo?: readonly Guid[];
  /** What a delegate sends as this mailbox, or on its behalf, is kept in its Sent Items too. */
  readonly messageCopyForSentAs?: true;
  readonly messageCopyForSendOnBehalf?: true;
  /** In a tenant: what programs submit by SMTP is kept in Sent Items unless this says otherwise. */
  readonly messageCopyForSmtpSubmission?: false;
  /** Senders whose mail alone is taken, and whose is not; groups stand for their members. */
  readonly acceptMessagesOnlyFrom?: readonly Guid[];
  readonly rejectMessagesFrom?: readonly Guid[];
  /** Mail waits until a moderator has approved it. */
  readonly moderationEnabled?: true;
  /** Absent: of a distribution group those who look after it. */
  readonly moderatedBy?: readonly Guid[];
  /** Whose mail does not wait; groups stand for their members. */
  readonly bypassModerationFrom?: readonly Guid[];
  /** Of a group: what was approved for it waits for none of its members. */
  readonly bypassNestedModeration?: true;
  /** Who hears that his message was not approved; absent: everybody. */
  readonly moderationNotifications?: 'Internal' | 'Never';
  /** Whether senders have to be people of the organisation. Absent: groups ask for it, others do not. */
  readonly requireSenderAuthentication?: boolean;
  /** Octets; absent: as the organisation has it. */
  readonly maxSendSize?: number;
  readonly maxReceiveSize?: number;
  /** What was said of its quotas, by their parameters; whether they hold, `ownQuotas` says. */
  readonly quotas?: Partial<Quotas>;
  /** Its own quotas hold, or those of its database. Absent: its own in the cloud, those of the database on-premises. */
  readonly ownQuotas?: boolean;
  /** MailboxMessagesPerFolderCountReceiveQuota; absent: without limit on-premises, a million in the cloud. */
  readonly messagesPerFolder?: number;
  /** Nothing of the mailbox is removed for good: who asked for it, when, and how many days items are held; absent: without end. */
  readonly litigationHold?: { readonly since: Instant; readonly owner: string; readonly days?: number };
  /** Absent: as the product has it. */
  readonly singleItemRecovery?: boolean;
  /** Seconds that deleted items can be recovered; absent: 14 days. */
  readonly retainDeletedItemsFor?: number;
  /** RetentionId of the policy that it was given; null: none. Absent: as the product has it. */
  readonly retentionPolicy?: Guid | null;
  /** Protocols that are closed for this mailbox. */
  readonly closedProtocols?: readonly ClientProtocol[];
  /** Programs may sign in to submit its mail whatever the organisation says. */
  readonly mayAlwaysSubmit?: true;
  /** GUID of the throttling policy; absent: that of the organisation. */
  readonly throttlingPolicy?: Guid;
  /** What Digest is judged by, by user name: {@link DigestKeys} of `domain/identity`. */
  readonly digestKeys?: Readonly<Record<string, string>>;
  /** When the account ends; absent: it does not. */
  readonly accountExpires?: Instant;
  /** Since when it has its password; absent: nobody knows. */
  readonly passwordSetAt?: Instant;
  /** The password is good for nothing but being changed, which nobody can here but an administrator. */
  readonly mustChangePassword?: true;
  /** Whatever the policy says of passwords. */
  readonly passwordNeverExpires?: true;
  /** Which applications may use EWS as its owner; what is not said is absent. */
  readonly ewsApplications?: Partial<EwsApplicationRules>;
  /**
   * GUIDs of the mailbox and of the archive as they lie here, where those are not the ones that the recipient has: a mailbox that was
   * moved here keeps its Exchange GUID and gets ids of its own.
   */
  readonly physicalMailbox?: Guid;
  readonly physicalArchive?: Guid;
  /** Of a remote mailbox: it was moved to where it is, not made there (RemoteRecipientType Migrated). */
  readonly migrated?: true;
  /** The domain of the organisation that has the archive, while the mailbox itself is here (ArchiveDomain). */
  readonly archiveDomain?: string;
  /** Of a linked mailbox: whose account of another forest opens it (msExchMasterAccountSid). */
  readonly masterAccountSid?: string;
  /** What its archive is called, where that is not made of its own name. */
  readonly archiveName?: string;
  /** `extensionAttribute1` to `15`, by number. */
  readonly customAttributes?: Readonly<Record<string, string>>;
  /** A group whose members are rooms: people choose a building by it. */
  readonly roomList?: true;
  /** Who looks after a group. */
  readonly managedBy?: readonly Guid[];
  /** Below the root of the public folders: `\Orders`. Of mail-enabled public folders alone. */
  readonly publicFolder?: string;
  /** The counter of that folder in the organisation's public folder mailbox; absent where it has none. */
  readonly publicFolderCounter?: number;
  /** Of a public folder mailbox beside the first: it has no hierarchy, and folders that count to it lie in the first. */
  readonly contentsAlone?: true;
  /** Of a public folder mailbox that a migration fills: nobody else has a way into it (HoldForMigration). */
  readonly heldForMigration?: true;
  /** The public folder mailbox by which somebody reaches public folders; absent: that with the hierarchy. */
  readonly defaultPublicFolderMailbox?: Guid;
  /** IsExcludedFromServingHierarchy of a public folder mailbox. */
  readonly servesNoHierarchy?: true;
  /** Of a mail-enabled public folder in a tenant: GUID of the one on-premises that it stands for (New-SyncMailPublicFolder). */
  readonly onPremisesObjectId?: Guid;
  /**
   * Object GUID of the directory object on-premises that this one of a tenant is synchronised from (`ImmutableId`, the source
   * anchor). What is mastered there cannot be changed here.
   */
  readonly sourceAnchor?: Guid;
}

/** Protocols that Set-CASMailbox opens and closes. */
export const clientProtocols = ['EWS', 'OWA', 'ActiveSync', 'MAPI', 'Pop', 'Imap', 'SmtpClientAuthentication'] as const;
export type ClientProtocol = (typeof clientProtocols)[number];
