import type { RoleName } from '../../domain/organization/management-roles.ts';

/** Who may run the cmdlets of a noun, or one cmdlet. */
export interface RoleEntry {
  /** Roles with all of its cmdlets and all of their parameters. */
  readonly change: readonly RoleName[];
  /** Roles with its Get- and Test- cmdlets. */
  readonly look?: readonly RoleName[];
  /** Roles with which users reach what is their own alone: `-Identity` is themselves, and these are the other parameters. */
  readonly own?: { readonly role: RoleName; readonly parameters: readonly string[] };
}

/** PowerShell modules of other products: management roles say nothing of them. */
export type OtherModule = 'DnsServer' | 'MSOnline' | 'Microsoft.Graph';

export type RoleTable = Readonly<Record<string, RoleEntry | OtherModule>>;

const configuration: readonly RoleName[] = ['View-Only Configuration'];
const federation: RoleEntry = { change: ['Federated Sharing'], look: configuration };
const organization: RoleEntry = { change: ['Organization Configuration'], look: configuration };
const virtualDirectory: RoleEntry = { change: ['Exchange Virtual Directories'], look: configuration };
const roleManagement: RoleEntry = { change: ['Role Management'], look: configuration };

/**
 * The line of a cmdlet is that of its whole name if there is one, else that of its noun: a new cmdlet needs a line here.
 * Exchange answers `Get-ManagementRole -Cmdlet <name>`; Microsoft publishes no whole list. Roles of sharing and of the
 * organisation's configuration: settings.json of Microsoft365DSC's EXO resources ("requiredroles"); of virtual directories,
 * certificates, recipients: "Feature permissions" of learn.microsoft.com; of the others inferred from the pages of the roles.
 */
export const roleEntries: RoleTable = {
  ApplicationAccessPolicy: organization,
  AuthConfig: { change: ['Organization Client Access'], look: configuration },
  AuthServer: { change: ['Organization Client Access'], look: configuration },
  AutodiscoverVirtualDirectory: virtualDirectory,
  DnsServerResourceRecord: 'DnsServer',
  ExchangeCertificate: { change: ['Exchange Server Certificates'], look: configuration },
  FederatedDomain: federation,
  FederatedDomainProof: federation,
  FederatedOrganizationIdentifier: federation,
  FederationInformation: federation,
  FederationTrust: federation,
  FederationTrustCertificate: federation,
  HybridConfiguration: organization,
  ManagementRole: roleManagement,
  ManagementRoleAssignment: roleManagement,
  ManagementRoleEntry: roleManagement,
  ManagementScope: roleManagement,
  MgIdentityConditionalAccessPolicy: 'Microsoft.Graph',
  MgServicePrincipalAppRoleAssignment: 'Microsoft.Graph',
  MsolServicePrincipal: 'MSOnline',
  MsolServicePrincipalCredential: 'MSOnline',
  OAuthConnectivity: { change: ['Organization Client Access'], look: configuration },
  OrganizationConfig: { change: ['Organization Configuration', 'Federated Sharing', 'Mail Tips'], look: configuration },
  OrganizationRelationship: federation,
  PartnerApplication: { change: ['Organization Client Access'], look: configuration },
  RoleGroup: roleManagement,
  RoleGroupMember: roleManagement,
  SettingOverride: organization,
  WebServicesVirtualDirectory: virtualDirectory,
};

/** The line of a cmdlet; undefined: nobody may run it. */
export function roleEntryOf(cmdlet: string, entries: RoleTable = roleEntries): RoleEntry | OtherModule | undefined {
  const noun = nounOf(cmdlet);
  const key = Object.hasOwn(entries, cmdlet) ? cmdlet : Object.hasOwn(entries, noun) ? noun : undefined;
  return key === undefined ? undefined : entries[key];
}

/** What a role may do with a cmdlet: all parameters, or those named; undefined: nothing. */
export function parametersOf(role: RoleName, cmdlet: string, entries: RoleTable = roleEntries): 'all' | readonly string[] | undefined {
  const entry = roleEntryOf(cmdlet, entries);
  if (entry === undefined || typeof entry === 'string') return undefined;
  if (entry.change.includes(role)) return 'all';
  if (/^(?:get|test)-/i.test(cmdlet) && entry.look?.includes(role) === true) return 'all';
  return entry.own?.role === role ? ['Identity', ...entry.own.parameters] : undefined;
}

function nounOf(cmdlet: string): string {
  return cmdlet.slice(cmdlet.indexOf('-') + 1);
}
