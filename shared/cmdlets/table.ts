import { acceptedDomain } from './accepted-domain.ts';
import { activeSyncVirtualDirectory } from './active-sync-virtual-directory.ts';
import { adAccount, adAccountExpiration } from './ad-account.ts';
import { adDefaultDomainPasswordPolicy } from './ad-default-domain-password-policy.ts';
import { adPermission } from './ad-permission.ts';
import { adSyncGlobalSettings, getAdSyncScheduler, startAdSyncSyncCycle } from './ad-sync.ts';
import { applicationAccessPolicy } from './application-access-policy.ts';
import { authConfig } from './auth-config.ts';
import { authServer } from './auth-server.ts';
import { autodiscoverVirtualDirectory } from './autodiscover-virtual-directory.ts';
import { availabilityAddressSpace } from './availability-address-space.ts';
import { availabilityConfig } from './availability-config.ts';
import { calendarProcessing } from './calendar-processing.ts';
import { casMailbox } from './cas-mailbox.ts';
import { clientAccessServer, clientAccessService } from './client-access-service.ts';
import type { Cmdlet } from './cmdlet.ts';
import { distributionGroup } from './distribution-group.ts';
import { distributionGroupMember } from './distribution-group-member.ts';
import { dnsServerResourceRecord } from './dns-server-resource-record.ts';
import { ecpVirtualDirectory } from './ecp-virtual-directory.ts';
import { emailAddressPolicy } from './email-address-policy.ts';
import { exchangeCertificate } from './exchange-certificate.ts';
import { getExchangeServer } from './exchange-server.ts';
import { federatedDomain } from './federated-domain.ts';
import { getFederatedDomainProof } from './federated-domain-proof.ts';
import { federatedOrganizationIdentifier } from './federated-organization-identifier.ts';
import { getFederationInformation } from './federation-information.ts';
import { federationTrust } from './federation-trust.ts';
import { getGroup } from './group.ts';
import { hybridConfiguration } from './hybrid-configuration.ts';
import { hybridMailflow } from './hybrid-mailflow.ts';
import { inboundConnector } from './inbound-connector.ts';
import { inboxRule } from './inbox-rule.ts';
import { getIntraOrganizationConfiguration } from './intra-organization-configuration.ts';
import { intraOrganizationConnector } from './intra-organization-connector.ts';
import { itemProperty } from './item-property.ts';
import { mailContact } from './mail-contact.ts';
import { mailPublicFolder } from './mail-public-folder.ts';
import { mailUser } from './mail-user.ts';
import { mailbox } from './mailbox.ts';
import { mailboxAutoReplyConfiguration } from './mailbox-auto-reply-configuration.ts';
import { mailboxCalendarConfiguration } from './mailbox-calendar-configuration.ts';
import { mailboxDatabase } from './mailbox-database.ts';
import { mailboxFolderPermission } from './mailbox-folder-permission.ts';
import { mailboxJunkEmailConfiguration } from './mailbox-junk-email-configuration.ts';
import { mailboxPermission } from './mailbox-permission.ts';
import { mailboxRegionalConfiguration } from './mailbox-regional-configuration.ts';
import { getMailboxStatistics } from './mailbox-statistics.ts';
import { getManagementRole } from './management-role.ts';
import { managementRoleAssignment } from './management-role-assignment.ts';
import { getManagementRoleEntry } from './management-role-entry.ts';
import { managementScope } from './management-scope.ts';
import { mapiVirtualDirectory } from './mapi-virtual-directory.ts';
import { message } from './message.ts';
import { messageTrace, messageTraceDetail, messageTraceV2 } from './message-trace.ts';
import { getMessageTrackingLog } from './message-tracking-log.ts';
import { messageTrackingReport } from './message-tracking-report.ts';
import { mgIdentityConditionalAccessPolicy } from './mg-identity-conditional-access-policy.ts';
import { mgServicePrincipalAppRoleAssignment } from './mg-service-principal-app-role-assignment.ts';
import { migrationBatch } from './migration-batch.ts';
import { migrationEndpoint } from './migration-endpoint.ts';
import { migrationServerAvailability } from './migration-server-availability.ts';
import { migrationConfig, migrationStatistics } from './migration-statistics.ts';
import { migrationUser, migrationUserStatistics } from './migration-user.ts';
import { moveRequest } from './move-request.ts';
import { moveRequestStatistics } from './move-request-statistics.ts';
import { getMsolDirSyncProvisioningError } from './msol-dir-sync-provisioning-error.ts';
import { msolServicePrincipal } from './msol-service-principal.ts';
import { msolServicePrincipalCredential } from './msol-service-principal-credential.ts';
import { msolPasswordPolicy, msolUser, msolUserPassword } from './msol-user.ts';
import { oabVirtualDirectory } from './oab-virtual-directory.ts';
import { testOAuthConnectivity } from './oauth-connectivity.ts';
import { offlineAddressBook } from './offline-address-book.ts';
import { organizationConfig } from './organization-config.ts';
import { organizationRelationship } from './organization-relationship.ts';
import { outboundConnector } from './outbound-connector.ts';
import { outlookAnywhere } from './outlook-anywhere.ts';
import { owaVirtualDirectory } from './owa-virtual-directory.ts';
import { partnerApplication } from './partner-application.ts';
import { perimeterDevice } from './perimeter-device.ts';
import { powerShellVirtualDirectory } from './power-shell-virtual-directory.ts';
import { publicFolder } from './public-folder.ts';
import { publicFolderClientPermission } from './public-folder-client-permission.ts';
import {
  publicFolderMailboxMigrationRequest,
  publicFolderMailboxMigrationRequestStatistics,
} from './public-folder-mailbox-migration-request.ts';
import { getPublicFolderStatistics } from './public-folder-statistics.ts';
import { queue } from './queue.ts';
import { receiveConnector } from './receive-connector.ts';
import { getRecipient } from './recipient.ts';
import { recipientDataProperty } from './recipient-data-property.ts';
import { recipientPermission } from './recipient-permission.ts';
import { recoverableItems } from './recoverable-items.ts';
import { remoteDomain } from './remote-domain.ts';
import { remoteMailbox } from './remote-mailbox.ts';
import { retentionPolicy } from './retention-policy.ts';
import { retentionPolicyTag } from './retention-policy-tag.ts';
import { roleGroup } from './role-group.ts';
import { roleGroupMember } from './role-group-member.ts';
import { sendConnector } from './send-connector.ts';
import { settingOverride } from './setting-override.ts';
import { sharingPolicy } from './sharing-policy.ts';
import { syncMailPublicFolder } from './sync-mail-public-folder.ts';
import { testFederationTrust } from './test-federation-trust.ts';
import { testFederationTrustCertificate } from './test-federation-trust-certificate.ts';
import { testOrganizationRelationship } from './test-organization-relationship.ts';
import { throttlingPolicy } from './throttling-policy.ts';
import { throttlingPolicyAssociation } from './throttling-policy-association.ts';
import { transportConfig } from './transport-config.ts';
import { transportService } from './transport-service.ts';
import { user } from './user.ts';
import { userPhoto } from './user-photo.ts';
import { webConfigurationProperty } from './web-configuration-property.ts';
import { webServicesVirtualDirectory } from './web-services-virtual-directory.ts';

/** The cmdlets of every noun, by verb: `Get-User` is `get` of `User`. */
const nouns: Readonly<Record<string, Readonly<Record<string, Cmdlet>>>> = {
  AcceptedDomain: acceptedDomain,
  ActiveSyncVirtualDirectory: activeSyncVirtualDirectory,
  ADAccount: adAccount,
  ADAccountExpiration: adAccountExpiration,
  ADDefaultDomainPasswordPolicy: adDefaultDomainPasswordPolicy,
  ADPermission: adPermission,
  ADSyncGlobalSettings: adSyncGlobalSettings,
  ADSyncScheduler: { get: getAdSyncScheduler },
  ADSyncSyncCycle: { start: startAdSyncSyncCycle },
  ApplicationAccessPolicy: applicationAccessPolicy,
  AuthConfig: authConfig,
  AuthServer: authServer,
  AutodiscoverVirtualDirectory: autodiscoverVirtualDirectory,
  AvailabilityAddressSpace: availabilityAddressSpace,
  AvailabilityConfig: availabilityConfig,
  CalendarProcessing: calendarProcessing,
  CASMailbox: casMailbox,
  ClientAccessServer: clientAccessServer,
  ClientAccessService: clientAccessService,
  DistributionGroup: distributionGroup,
  DistributionGroupMember: distributionGroupMember,
  DnsServerResourceRecord: dnsServerResourceRecord,
  EcpVirtualDirectory: ecpVirtualDirectory,
  EmailAddressPolicy: emailAddressPolicy,
  ExchangeCertificate: exchangeCertificate,
  ExchangeServer: { get: getExchangeServer },
  FederatedDomain: federatedDomain,
  FederatedDomainProof: { get: getFederatedDomainProof },
  FederatedOrganizationIdentifier: federatedOrganizationIdentifier,
  FederationInformation: { get: getFederationInformation },
  FederationTrust: { ...federationTrust, test: testFederationTrust },
  FederationTrustCertificate: { test: testFederationTrustCertificate },
  Group: { get: getGroup },
  HybridConfiguration: hybridConfiguration(() => cmdlets),
  HybridMailflow: hybridMailflow,
  InboundConnector: inboundConnector,
  InboxRule: inboxRule,
  IntraOrganizationConfiguration: { get: getIntraOrganizationConfiguration },
  IntraOrganizationConnector: intraOrganizationConnector,
  ItemProperty: itemProperty,
  Mailbox: mailbox,
  MailboxAutoReplyConfiguration: mailboxAutoReplyConfiguration,
  MailboxCalendarConfiguration: mailboxCalendarConfiguration,
  MailboxDatabase: mailboxDatabase,
  MailboxFolderPermission: mailboxFolderPermission,
  MailboxJunkEmailConfiguration: mailboxJunkEmailConfiguration,
  MailboxPermission: mailboxPermission,
  MailboxRegionalConfiguration: mailboxRegionalConfiguration,
  MailboxStatistics: { get: getMailboxStatistics },
  MailContact: mailContact,
  MailPublicFolder: mailPublicFolder,
  MailUser: mailUser,
  ManagementRole: { get: getManagementRole(() => cmdlets) },
  ManagementRoleAssignment: managementRoleAssignment,
  ManagementRoleEntry: { get: getManagementRoleEntry(() => cmdlets) },
  ManagementScope: managementScope,
  MapiVirtualDirectory: mapiVirtualDirectory,
  Message: message,
  MessageTrace: messageTrace,
  MessageTraceDetail: messageTraceDetail,
  MessageTraceV2: messageTraceV2,
  MessageTrackingLog: { get: getMessageTrackingLog },
  MessageTrackingReport: messageTrackingReport,
  MgIdentityConditionalAccessPolicy: mgIdentityConditionalAccessPolicy,
  MgServicePrincipalAppRoleAssignment: mgServicePrincipalAppRoleAssignment,
  MigrationBatch: migrationBatch,
  MigrationConfig: migrationConfig,
  MigrationEndpoint: migrationEndpoint,
  MigrationServerAvailability: migrationServerAvailability,
  MigrationStatistics: migrationStatistics,
  MigrationUser: migrationUser,
  MigrationUserStatistics: migrationUserStatistics,
  MoveRequest: moveRequest,
  MoveRequestStatistics: moveRequestStatistics,
  MsolDirSyncProvisioningError: { get: getMsolDirSyncProvisioningError },
  MsolPasswordPolicy: msolPasswordPolicy,
  MsolServicePrincipal: msolServicePrincipal,
  MsolServicePrincipalCredential: msolServicePrincipalCredential,
  MsolUser: msolUser,
  MsolUserPassword: msolUserPassword,
  OabVirtualDirectory: oabVirtualDirectory,
  OAuthConnectivity: { test: testOAuthConnectivity },
  OfflineAddressBook: offlineAddressBook,
  OrganizationConfig: organizationConfig,
  OrganizationRelationship: { ...organizationRelationship, test: testOrganizationRelationship },
  OutboundConnector: outboundConnector,
  OutlookAnywhere: outlookAnywhere,
  OwaVirtualDirectory: owaVirtualDirectory,
  PartnerApplication: partnerApplication,
  PerimeterDevice: perimeterDevice,
  PowerShellVirtualDirectory: powerShellVirtualDirectory,
  PublicFolder: publicFolder,
  PublicFolderClientPermission: publicFolderClientPermission,
  PublicFolderMailboxMigrationRequest: publicFolderMailboxMigrationRequest,
  PublicFolderMailboxMigrationRequestStatistics: publicFolderMailboxMigrationRequestStatistics,
  PublicFolderStatistics: { get: getPublicFolderStatistics },
  Queue: queue,
  ReceiveConnector: receiveConnector,
  Recipient: { get: getRecipient },
  RecipientDataProperty: recipientDataProperty,
  RecipientPermission: recipientPermission,
  RecoverableItems: recoverableItems,
  RemoteDomain: remoteDomain,
  RemoteMailbox: remoteMailbox,
  RetentionPolicy: retentionPolicy,
  RetentionPolicyTag: retentionPolicyTag,
  RoleGroup: roleGroup,
  RoleGroupMember: roleGroupMember,
  SendConnector: sendConnector,
  SettingOverride: settingOverride,
  SharingPolicy: sharingPolicy,
  SyncMailPublicFolder: syncMailPublicFolder,
  ThrottlingPolicy: throttlingPolicy,
  ThrottlingPolicyAssociation: throttlingPolicyAssociation,
  TransportConfig: transportConfig,
  TransportServer: transportService,
  TransportService: transportService,
  User: user,
  UserPhoto: userPhoto,
  WebConfigurationProperty: webConfigurationProperty,
  WebServicesVirtualDirectory: webServicesVirtualDirectory,
};

/** The cmdlets, by their Exchange names. */
export const cmdlets: Readonly<Record<string, Cmdlet>> = Object.fromEntries(
  Object.entries(nouns).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, cmdlet]) => [`${verb[0]?.toUpperCase()}${verb.slice(1)}-${noun}`, cmdlet] as const),
  ),
);
