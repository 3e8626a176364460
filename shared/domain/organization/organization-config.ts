import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from './config-kind.ts';
import { type EwsApplicationRules, noApplicationRules } from './ews-applications.ts';
import type { Settings } from './settings.ts';

/** Organisation-wide settings, as `Get-OrganizationConfig` shows them. */
export interface OrganizationConfig extends EwsApplicationRules {
  /** Null: not set; what that means depends on the era. */
  readonly EwsEnabled: boolean | null;
  /** Application ids that may use EWS where the era asks for a list. */
  readonly EwsAllowedAppIDs: readonly string[];
  /** Off: nobody is told anything of recipients. */
  readonly MailTipsAllTipsEnabled: boolean;
  readonly MailTipsExternalRecipientsTipsEnabled: boolean;
  /** Off: the members of groups are not counted. */
  readonly MailTipsGroupMetricsEnabled: boolean;
  readonly MailTipsLargeAudienceThreshold: number;
  /** Off: nothing is told that lies in a mailbox, automatic replies above all. */
  readonly MailTipsMailboxSourcedTipsEnabled: boolean;
  /** Modern authentication: the Bearer challenge names an authorization endpoint. */
  readonly OAuth2ClientProfileEnabled: boolean;
  /** Not Exchange's: a token that was seen before is refused (`Set-OrganizationConfig` has no such switch in life). */
  readonly StrictTokenReplay: boolean;
  /** Not Exchange's: a delegation token that is signed by SHA-1, as the gateway does by default, is refused. */
  readonly RefuseSha1Tokens: boolean;
  /** Where public folders are: here, in another organisation, or nowhere. */
  readonly PublicFoldersEnabled: PublicFolderPlace;
  /** GUIDs of recipients that stand for the public folder mailboxes of another organisation. */
  readonly RemotePublicFolderMailboxes: readonly string[];
  /** Nobody has a way into the public folders: of Exchange 2010, and of later servers. */
  readonly PublicFoldersLockedForMigration: boolean;
  readonly PublicFolderMailboxesLockedForNewConnections: boolean;
  /** They were carried away; likewise. */
  readonly PublicFolderMigrationComplete: boolean;
  readonly PublicFolderMailboxesMigrationComplete: boolean;
}

export const publicFolderPlaces = ['None', 'Local', 'Remote'] as const;
export type PublicFolderPlace = (typeof publicFolderPlaces)[number];

const initial: OrganizationConfig = {
  EwsEnabled: null,
  EwsAllowedAppIDs: [],
  ...noApplicationRules,
  // practical365.com, "MailTips and group metrics", as Get-OrganizationConfig shows a new organisation.
  ...{ MailTipsAllTipsEnabled: true, MailTipsExternalRecipientsTipsEnabled: false, MailTipsGroupMetricsEnabled: true },
  ...{ MailTipsLargeAudienceThreshold: 25, MailTipsMailboxSourcedTipsEnabled: true },
  OAuth2ClientProfileEnabled: false,
  StrictTokenReplay: false,
  RefuseSha1Tokens: false,
  ...{ PublicFoldersEnabled: 'Local', RemotePublicFolderMailboxes: [] },
  ...{ PublicFoldersLockedForMigration: false, PublicFolderMailboxesLockedForNewConnections: false },
  ...{ PublicFolderMigrationComplete: false, PublicFolderMailboxesMigrationComplete: false },
};

export const organizationConfigs = configKind<OrganizationConfig>('OrganizationConfig');
const only = 'Organization Configuration';

/** The settings in force; those of a new organisation where nothing was set. */
export function organizationConfig(settings: Settings): OrganizationConfig {
  const set = organizationConfigs.get(settings, only);
  if (set === undefined) return initial;
  const known = whole.get(set) ?? { ...initial, ...set };
  whole.set(set, known);
  return known;
}

/** Every request asks. */
const whole = new WeakMap<OrganizationConfig, OrganizationConfig>();

/** The same, inside a transaction. */
export async function readOrganizationConfig(executor: Executor, organization: string): Promise<OrganizationConfig> {
  return { ...initial, ...(await organizationConfigs.find(executor, organization, only))?.value };
}

/** Changes some of the settings. */
export async function setOrganizationConfig(
  tx: Executor,
  organization: string,
  change: Partial<OrganizationConfig>,
  at: Instant,
): Promise<void> {
  const stored = await organizationConfigs.find(tx, organization, only);
  const value = { ...initial, ...stored?.value, ...change };
  if (stored === undefined) await organizationConfigs.create(tx, organization, only, value, at);
  else await organizationConfigs.replace(tx, stored, value, at);
}
