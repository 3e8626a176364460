import { type Guid, namedGuid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from './config-kind.ts';
import { profileOf } from './profiles.ts';
import { readOrganization } from './registry.ts';

/** What a tag is for: `All` everything that has no other, `Personal` what users give it to, the others one default folder. */
export const retentionTagTypes = [
  'Calendar',
  'Contacts',
  'DeletedItems',
  'Drafts',
  'Inbox',
  'JunkEmail',
  'Journal',
  'Notes',
  'Outbox',
  'SentItems',
  'Tasks',
  'All',
  'RssSubscriptions',
  'SyncIssues',
  'ConversationHistory',
  'Personal',
  'RecoverableItems',
] as const;

export const retentionActions = [
  'MoveToDeletedItems',
  'DeleteAndAllowRecovery',
  'PermanentlyDelete',
  'MarkAsPastRetentionLimit',
  'MoveToArchive',
] as const;

/** How long items are kept and what becomes of them then, as `Get-RetentionPolicyTag` shows it. */
export interface RetentionTag {
  readonly Name: string;
  /** What items and folders carry. */
  readonly RetentionId: Guid;
  readonly Type: (typeof retentionTagTypes)[number];
  readonly RetentionAction: (typeof retentionActions)[number];
  /** Off: nothing ever becomes of what has the tag. */
  readonly RetentionEnabled: boolean;
  /** Days; null where none is said. */
  readonly AgeLimitForRetention: number | null;
  readonly MessageClass: string;
  readonly Comment: string;
  readonly MustDisplayCommentEnabled: boolean;
}

/** The tags that mailboxes have, as `Get-RetentionPolicy` shows it. */
export interface RetentionPolicy {
  readonly Name: string;
  readonly RetentionId: Guid;
  /** Names of tags. */
  readonly RetentionPolicyTagLinks: readonly string[];
  /** What mailboxes have to which none is assigned, where the product gives them one. */
  readonly IsDefault: boolean;
}

/** By name; kept once anything about retention has been changed: until then Setup's are there. */
export const retentionTags = configKind<RetentionTag>('RetentionPolicyTag');
export const retentionPolicies = configKind<RetentionPolicy>('RetentionPolicy');

/** Page "Default Retention Policy in Exchange Server". The ids are ours. */
const setupTable: readonly (readonly [name: string, type: RetentionTag['Type'], days: number | null])[] = [
  ['Default 2 years move to archive', 'All', 730],
  ['Recoverable Items 14 days move to archive', 'RecoverableItems', 14],
  ['Personal 1 year move to archive', 'Personal', 365],
  ['Personal 5 year move to archive', 'Personal', 1_825],
  ['Personal never move to archive', 'Personal', null],
  ['1 Week Delete', 'Personal', 7],
  ['1 Month Delete', 'Personal', 30],
  ['6 Month Delete', 'Personal', 180],
  ['1 Year Delete', 'Personal', 365],
  ['5 Year Delete', 'Personal', 1_825],
  ['Never Delete', 'Personal', null],
];

export const setupTags: readonly RetentionTag[] = setupTable.map(([Name, Type, days]) => ({
  Name,
  RetentionId: namedGuid('coexist', `retention tag ${Name}`),
  Type,
  RetentionAction: Name.endsWith('archive') ? 'MoveToArchive' : 'DeleteAndAllowRecovery',
  RetentionEnabled: days !== null,
  AgeLimitForRetention: days,
  MessageClass: '*',
  Comment: '',
  MustDisplayCommentEnabled: true,
}));

export const setupPolicy: RetentionPolicy = {
  Name: 'Default MRM Policy',
  RetentionId: namedGuid('coexist', 'retention policy Default MRM Policy'),
  RetentionPolicyTagLinks: setupTags.map(({ Name }) => Name),
  IsDefault: true,
};

/** All tags and policies of an organisation, Setup's where nothing is kept. */
export async function retentionOf(
  executor: Executor,
  organization: string,
): Promise<{ readonly tags: readonly RetentionTag[]; readonly policies: readonly RetentionPolicy[] }> {
  const policies = await retentionPolicies.list(executor, organization);
  const tags = await retentionTags.list(executor, organization);
  const isKept = policies.length + tags.length > 0;
  return isKept
    ? { tags: tags.map(({ value }) => value), policies: policies.map(({ value }) => value) }
    : { tags: setupTags, policies: [setupPolicy] };
}

/** What decides which policy a mailbox has. */
interface Retained {
  readonly organization: string;
  readonly archiveGuid: Guid | null;
  /** The policy that it was given; null: it is to have none. */
  readonly settings: { readonly retentionPolicy?: Guid | null };
}

/**
 * The policy of a mailbox: the one that it was given, else the default one, which all have in Exchange Online and those with an
 * archive elsewhere (page "Default Retention Policy in Exchange Server").
 */
export async function retentionPolicyOf(
  executor: Executor,
  { organization, archiveGuid, settings }: Retained,
): Promise<RetentionPolicy | undefined> {
  const { policies } = await retentionOf(executor, organization);
  const { retentionPolicy } = settings;
  if (retentionPolicy !== undefined) return policies.find(({ RetentionId }) => RetentionId === retentionPolicy);
  const { retentionByDefault } = profileOf((await readOrganization(executor, organization)).product);
  return retentionByDefault || archiveGuid !== null ? policies.find(({ IsDefault }) => IsDefault) : undefined;
}

/** The tags that the policy of a mailbox gives it; none without one. */
export async function retentionTagsOf(executor: Executor, mailbox: Retained): Promise<readonly RetentionTag[]> {
  const policy = await retentionPolicyOf(executor, mailbox);
  const links = new Set(policy?.RetentionPolicyTagLinks);
  return (await retentionOf(executor, mailbox.organization)).tags.filter(({ Name }) => links.has(Name));
}
