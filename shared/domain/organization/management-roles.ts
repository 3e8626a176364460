import type { EraName } from '../world/vocabulary.ts';
import { eraOf } from './eras.ts';
import type { Organization } from './organization.ts';

/** A management role that every organisation begins with; what one may do with it is a matter of cmdlets. */
export interface BuiltInRole {
  readonly kinds: readonly Organization['kind'][];
  /** Role groups that have it from the beginning. */
  readonly groups: readonly RoleGroupName[];
  /** Users have it for themselves alone, by the default role assignment policy. */
  readonly endUser?: true;
}

const both = ['on-premises', 'cloud'] as const;
const onPremises = ['on-premises'] as const;

/**
 * Role groups of which anything here depends: learn.microsoft.com "Built-in role groups" (Exchange 2013 help),
 * "Permissions in Exchange Online" for the cloud, which has no servers of its own to manage. The descriptions are ours.
 */
export const builtInRoleGroups = {
  'Organization Management': { kinds: both, description: 'Members manage the whole organization.' },
  'View-Only Organization Management': { kinds: both, description: 'Members see recipients and configuration.' },
  'Recipient Management': { kinds: both, description: 'Members create, change and move recipients.' },
  'Server Management': {
    kinds: onPremises,
    description: 'Members manage servers, their certificates, virtual directories and connectors.',
  },
  'Help Desk': { kinds: both, description: 'Members see recipients and change the options of users.' },
  'Discovery Management': { kinds: both, description: 'Members search mailboxes and put them on hold.' },
  'Hygiene Management': { kinds: both, description: 'Members manage what is done against spam and malware.' },
} as const satisfies Readonly<Record<string, { readonly kinds: readonly Organization['kind'][]; readonly description: string }>>;

export type RoleGroupName = keyof typeof builtInRoleGroups;

const whole = 'Organization Management';
const recipients = 'Recipient Management';
const servers = 'Server Management';

/**
 * Built-in roles and who has them at first: the pages "<name> role" of learn.microsoft.com (Exchange 2013 help, "Default
 * management role assignments"). Organization Management may hand out every one of them (delegating assignments); of
 * those that nobody has at first that is all there is.
 */
export const builtInRoles = {
  'Organization Configuration': { kinds: both, groups: [whole] },
  'Federated Sharing': { kinds: both, groups: [whole] },
  'Mail Recipients': { kinds: both, groups: [whole, recipients] },
  'Mail Recipient Creation': { kinds: both, groups: [whole, recipients] },
  'Distribution Groups': { kinds: both, groups: [whole, recipients] },
  'Recipient Policies': { kinds: both, groups: [whole, recipients] },
  'Move Mailboxes': { kinds: both, groups: [whole, recipients] },
  Migration: { kinds: both, groups: [whole, recipients] },
  'Message Tracking': { kinds: both, groups: [whole, recipients] },
  'Exchange Virtual Directories': { kinds: onPremises, groups: [whole, servers] },
  'Exchange Server Certificates': { kinds: onPremises, groups: [whole, servers] },
  'Exchange Servers': { kinds: onPremises, groups: [whole, servers] },
  Databases: { kinds: onPremises, groups: [whole, servers] },
  'Transport Queues': { kinds: onPremises, groups: [whole, servers] },
  'Organization Client Access': { kinds: both, groups: [whole] },
  'Organization Transport Settings': { kinds: both, groups: [whole] },
  'Receive Connectors': { kinds: onPremises, groups: [whole, servers, 'Hygiene Management'] },
  'Send Connectors': { kinds: onPremises, groups: [whole] },
  'Remote and Accepted Domains': { kinds: both, groups: [whole] },
  'Mail Tips': { kinds: both, groups: [whole] },
  'Active Directory Permissions': { kinds: onPremises, groups: [whole] },
  'E-Mail Address Policies': { kinds: both, groups: [whole] },
  'Mail Enabled Public Folders': { kinds: both, groups: [whole] },
  'Public Folders': { kinds: both, groups: [whole] },
  'Address Lists': { kinds: both, groups: [whole] },
  'User Options': { kinds: both, groups: [whole, 'Help Desk'] },
  'Role Management': { kinds: both, groups: [whole] },
  'View-Only Configuration': { kinds: both, groups: [whole, 'View-Only Organization Management', 'Hygiene Management'] },
  'View-Only Recipients': {
    kinds: both,
    groups: [whole, 'View-Only Organization Management', 'Help Desk', 'Hygiene Management'],
  },
  ApplicationImpersonation: { kinds: both, groups: ['Hygiene Management'] },
  'Retention Management': { kinds: both, groups: [whole] },
  'Legal Hold': { kinds: both, groups: [whole, 'Discovery Management'] },
  'Mailbox Search': { kinds: both, groups: ['Discovery Management'] },
  'Mailbox Import Export': { kinds: both, groups: [] },
  MyBaseOptions: { kinds: both, groups: [], endUser: true },
  MyContactInformation: { kinds: both, groups: [], endUser: true },
} as const satisfies Readonly<Record<string, BuiltInRole>>;

export type RoleName = keyof typeof builtInRoles;

/** The roles of an organisation in its era and of its kind. */
export function rolesOf(organization: Pick<Organization, 'kind' | 'era'>): readonly (readonly [RoleName, BuiltInRole])[] {
  const all: readonly (readonly [string, BuiltInRole])[] = Object.entries(builtInRoles);
  return all.filter((entry): entry is readonly [RoleName, BuiltInRole] => {
    const [name, { kinds }] = entry;
    return kinds.includes(organization.kind) && !(name === 'ApplicationImpersonation' && isRetired(organization.era));
  });
}

/**
 * Exchange Online took ApplicationImpersonation away for good in February 2025 (Exchange Team blog, "Retirement of RBAC
 * Application Impersonation in Exchange Online").
 */
function isRetired(era: EraName | undefined): boolean {
  return era !== undefined && !eraOf(era).applicationImpersonationRole;
}
