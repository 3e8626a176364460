import type { RoleName } from '../../domain/organization/management-roles.ts';

/** Who may run the cmdlets of a noun, or one cmdlet. */
export interface RoleEntry {
  /** Roles with all of its cmdlets and all of their parameters. */
  readonly change: readonly RoleName[];
  /** Roles with its Get- and Test- cmdlets. */
  readonly look?: readonly RoleName[];
  /**
   * Roles with which users reach what is their own alone: `-Identity` is themselves, and these are the other parameters. Where a
   * switch is named (`beyond`), whoever has a role of `change` needs it to reach what is others'.
   */
  readonly own?: { readonly role: RoleName; readonly parameters: readonly string[]; readonly beyond?: string };
}

/** PowerShell modules of other products: management roles say nothing of them. */
export type OtherModule =
  | 'ActiveDirectory'
  | 'ADSync'
  | 'DnsServer'
  | 'MSOnline'
  | 'Microsoft.Graph'
  | 'Microsoft.PowerShell.Management'
  /** Of this house. */
  | 'Perimeter'
  | 'WebAdministration';

export type RoleTable = Readonly<Record<string, RoleEntry | OtherModule>>;

const configuration: readonly RoleName[] = ['View-Only Configuration'];
const federation: RoleEntry = { change: ['Federated Sharing'], look: configuration };
const organization: RoleEntry = { change: ['Organization Configuration'], look: configuration };
const virtualDirectory: RoleEntry = { change: ['Exchange Virtual Directories'], look: configuration };
const roleManagement: RoleEntry = { change: ['Role Management'], look: configuration };
const server: RoleEntry = { change: ['Exchange Servers'], look: configuration };
const transportQueues: RoleEntry = { change: ['Transport Queues'], look: configuration };
const domain: RoleEntry = { change: ['Remote and Accepted Domains'], look: configuration };
const viewRecipients: readonly RoleName[] = ['View-Only Recipients'];
const recipient: RoleEntry = { change: ['Mail Recipients'], look: viewRecipients };
const move: RoleEntry = { change: ['Move Mailboxes'], look: viewRecipients };
const migration: RoleEntry = { change: ['Migration', 'Move Mailboxes'], look: viewRecipients };
const recipientCreation: RoleEntry = { change: ['Mail Recipient Creation'] };
const group: RoleEntry = { change: ['Distribution Groups'], look: viewRecipients };
const options: RoleEntry = { change: ['Mail Recipients', 'User Options'], look: viewRecipients };

/**
 * The line of a cmdlet is that of its whole name if there is one, else that of its noun: a new cmdlet needs a line here.
 * Exchange answers `Get-ManagementRole -Cmdlet <name>`; Microsoft publishes no whole list. Roles of sharing and of the
 * organisation's configuration: settings.json of Microsoft365DSC's EXO resources ("requiredroles"); of virtual directories,
 * certificates, recipients: "Feature permissions" of learn.microsoft.com; of the others inferred from the pages of the roles.
 */
export const roleEntries: RoleTable = {
  AcceptedDomain: domain,
  ActiveSyncVirtualDirectory: virtualDirectory,
  ADAccount: 'ActiveDirectory',
  ADAccountExpiration: 'ActiveDirectory',
  ADDefaultDomainPasswordPolicy: 'ActiveDirectory',
  ADPermission: { change: ['Active Directory Permissions'], look: viewRecipients },
  ADSyncGlobalSettings: 'ADSync',
  ADSyncScheduler: 'ADSync',
  ADSyncSyncCycle: 'ADSync',
  ApplicationAccessPolicy: organization,
  AuthConfig: { change: ['Organization Client Access'], look: configuration },
  AuthServer: { change: ['Organization Client Access'], look: configuration },
  AutodiscoverVirtualDirectory: virtualDirectory,
  AvailabilityAddressSpace: federation,
  AvailabilityConfig: federation,
  CalendarProcessing: options,
  CASMailbox: options,
  ClientAccessServer: server,
  ClientAccessService: server,
  DistributionGroup: group,
  DistributionGroupMember: group,
  DnsServerResourceRecord: 'DnsServer',
  EcpVirtualDirectory: virtualDirectory,
  EmailAddressPolicy: { change: ['E-Mail Address Policies'], look: configuration },
  ExchangeCertificate: { change: ['Exchange Server Certificates'], look: configuration },
  ExchangeServer: server,
  FederatedDomain: federation,
  FederatedDomainProof: federation,
  FederatedOrganizationIdentifier: federation,
  FederationInformation: federation,
  FederationTrust: federation,
  FederationTrustCertificate: federation,
  Group: group,
  HybridConfiguration: organization,
  HybridMailflow: domain,
  InboundConnector: domain,
  InboxRule: options,
  IntraOrganizationConfiguration: federation,
  IntraOrganizationConnector: federation,
  ItemProperty: 'Microsoft.PowerShell.Management',
  Mailbox: recipient,
  MailboxAutoReplyConfiguration: {
    ...options,
    own: {
      role: 'MyBaseOptions',
      parameters: ['AutoReplyState', 'StartTime', 'EndTime', 'ExternalAudience', 'ExternalMessage', 'InternalMessage'],
    },
  },
  MailboxCalendarConfiguration: {
    ...options,
    own: {
      role: 'MyBaseOptions',
      parameters: ['WorkDays', 'WorkingHoursStartTime', 'WorkingHoursEndTime', 'WorkingHoursTimeZone', 'Confirm'],
    },
  },
  MailboxDatabase: { change: ['Databases'], look: configuration },
  MailboxFolderPermission: { ...recipient, own: { role: 'MyBaseOptions', parameters: ['User', 'AccessRights', 'Confirm'] } },
  MailboxJunkEmailConfiguration: options,
  MailboxPermission: recipient,
  MailboxRegionalConfiguration: {
    ...options,
    own: { role: 'MyBaseOptions', parameters: ['Language', 'TimeZone', 'LocalizeDefaultFolderName', 'Confirm'] },
  },
  MailboxStatistics: recipient,
  MailContact: recipient,
  MailPublicFolder: { change: ['Mail Enabled Public Folders'], look: viewRecipients },
  MailUser: recipient,
  ManagementRole: roleManagement,
  ManagementRoleAssignment: roleManagement,
  ManagementRoleEntry: roleManagement,
  ManagementScope: roleManagement,
  MapiVirtualDirectory: virtualDirectory,
  Message: transportQueues,
  MessageTrace: { change: ['Message Tracking'], look: viewRecipients },
  MessageTraceDetail: { change: ['Message Tracking'], look: viewRecipients },
  MessageTraceV2: { change: ['Message Tracking'], look: viewRecipients },
  MessageTrackingLog: { change: ['Message Tracking'], look: configuration },
  MessageTrackingReport: {
    change: ['Message Tracking'],
    own: {
      role: 'MyBaseOptions',
      parameters: [
        ...['Sender', 'Recipients', 'Subject', 'MessageId', 'ResultSize', 'DoNotResolve'],
        ...['ReportTemplate', 'RecipientPathFilter', 'Status', 'DetailLevel'],
      ],
      beyond: 'BypassDelegateChecking',
    },
  },
  MgIdentityConditionalAccessPolicy: 'Microsoft.Graph',
  MgServicePrincipalAppRoleAssignment: 'Microsoft.Graph',
  MigrationBatch: migration,
  MigrationConfig: migration,
  MigrationEndpoint: migration,
  MigrationServerAvailability: migration,
  MigrationStatistics: migration,
  MigrationUser: migration,
  MigrationUserStatistics: migration,
  MoveRequest: move,
  MoveRequestStatistics: move,
  MsolDirSyncProvisioningError: 'MSOnline',
  MsolPasswordPolicy: 'MSOnline',
  MsolServicePrincipal: 'MSOnline',
  MsolServicePrincipalCredential: 'MSOnline',
  MsolUser: 'MSOnline',
  MsolUserPassword: 'MSOnline',
  'New-Mailbox': recipientCreation,
  'New-MailContact': recipientCreation,
  'New-MailUser': recipientCreation,
  'New-RemoteMailbox': recipientCreation,
  OabVirtualDirectory: virtualDirectory,
  OAuthConnectivity: { change: ['Organization Client Access'], look: configuration },
  OfflineAddressBook: { change: ['Address Lists'], look: configuration },
  OrganizationConfig: { change: ['Organization Configuration', 'Federated Sharing', 'Mail Tips'], look: configuration },
  OrganizationRelationship: federation,
  OutboundConnector: domain,
  OutlookAnywhere: virtualDirectory,
  OwaVirtualDirectory: virtualDirectory,
  PartnerApplication: { change: ['Organization Client Access'], look: configuration },
  PerimeterDevice: 'Perimeter',
  PowerShellVirtualDirectory: virtualDirectory,
  PublicFolder: { change: ['Public Folders'], look: viewRecipients },
  PublicFolderClientPermission: { change: ['Public Folders'], look: viewRecipients },
  PublicFolderMailboxMigrationRequest: migration,
  PublicFolderMailboxMigrationRequestStatistics: migration,
  PublicFolderStatistics: { change: ['Public Folders'], look: viewRecipients },
  Queue: transportQueues,
  ReceiveConnector: { change: ['Receive Connectors'], look: configuration },
  Recipient: { change: ['Mail Recipients', 'Distribution Groups'], look: viewRecipients },
  RecipientDataProperty: recipient,
  RecipientPermission: recipient,
  RecoverableItems: { change: ['Mailbox Import Export'] },
  RemoteDomain: domain,
  RemoteMailbox: recipient,
  'Remove-Mailbox': recipientCreation,
  'Remove-MailContact': recipientCreation,
  'Remove-MailUser': recipientCreation,
  'Remove-RemoteMailbox': recipientCreation,
  RetentionPolicy: { change: ['Retention Management'], look: configuration },
  RetentionPolicyTag: { change: ['Retention Management'], look: configuration },
  RoleGroup: roleManagement,
  RoleGroupMember: roleManagement,
  SendConnector: { change: ['Send Connectors'], look: configuration },
  SettingOverride: organization,
  SharingPolicy: federation,
  SyncMailPublicFolder: { change: ['Mail Enabled Public Folders'] },
  ThrottlingPolicy: organization,
  ThrottlingPolicyAssociation: recipient,
  TransportConfig: organization,
  TransportServer: server,
  TransportService: server,
  User: { ...recipient, own: { role: 'MyContactInformation', parameters: ['Office', 'Phone'] } },
  UserPhoto: { ...recipient, own: { role: 'MyContactInformation', parameters: ['PictureData', 'Confirm'] } },
  WebConfigurationProperty: 'WebAdministration',
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

/** The switch without which whoever may run a cmdlet reaches his own alone. */
export function switchBeyondOwn(cmdlet: string, entries: RoleTable = roleEntries): string | undefined {
  const entry = roleEntryOf(cmdlet, entries);
  return typeof entry === 'object' ? entry.own?.beyond : undefined;
}

function nounOf(cmdlet: string): string {
  return cmdlet.slice(cmdlet.indexOf('-') + 1);
}
