import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/** How much of a calendar an organisation shows to another one. */
export const freeBusyAccessLevels = ['None', 'AvailabilityOnly', 'LimitedDetails'] as const;
export type FreeBusyAccessLevel = (typeof freeBusyAccessLevels)[number];
export const mailTipsAccessLevels = ['None', 'Limited', 'All'] as const;
export type MailTipsAccessLevel = (typeof mailTipsAccessLevels)[number];

/**
 * What an organisation shares with others and where those are found, as `Get-OrganizationRelationship` shows it. It
 * works both ways: what comes from its domains is judged by it, and calls to them follow its targets.
 */
export interface OrganizationRelationship {
  readonly Name: string;
  readonly Enabled: boolean;
  /** In lower case. */
  readonly DomainNames: readonly string[];
  readonly FreeBusyAccessEnabled: boolean;
  readonly FreeBusyAccessLevel: FreeBusyAccessLevel;
  /** Address of the group whose members share; '' : everybody. */
  readonly FreeBusyAccessScope: string;
  readonly MailTipsAccessEnabled: boolean;
  readonly MailTipsAccessLevel: MailTipsAccessLevel;
  readonly MailTipsAccessScope: string;
  readonly MailboxMoveEnabled: boolean;
  readonly DeliveryReportEnabled: boolean;
  readonly PhotosEnabled: boolean;
  readonly ArchiveAccessEnabled: boolean;
  /** ApplicationUri of the other side; '' : unknown, no token can be had for it. */
  readonly TargetApplicationUri: string;
  /** `.../autodiscover.svc/WSSecurity`; '' : none. */
  readonly TargetAutodiscoverEpr: string;
  /** Where it is set, Autodiscover is not asked. */
  readonly TargetSharingEpr: string;
  readonly TargetOwaURL: string;
  readonly OrganizationContact: string;
}

/** By name. */
export const organizationRelationships = configKind<OrganizationRelationship>('OrganizationRelationship');

/** The enabled relationship for a domain, in any case. */
export function relationshipFor(settings: Settings, domain: string): OrganizationRelationship | undefined {
  const folded = domain.toLowerCase();
  return organizationRelationships.all(settings).find(({ Enabled, DomainNames }) => Enabled && DomainNames.includes(folded));
}
