import type { Organization } from '../domain/organization/organization.ts';
import { nearest } from '../kernel/nearest.ts';
import { Refusal } from '../kernel/refusal.ts';
import { acceptedDomain } from './accepted-domain.ts';
import { activeSyncVirtualDirectory } from './active-sync-virtual-directory.ts';
import { adPermission } from './ad-permission.ts';
import { applicationAccessPolicy } from './application-access-policy.ts';
import { authConfig } from './auth-config.ts';
import { authServer } from './auth-server.ts';
import { autodiscoverVirtualDirectory } from './autodiscover-virtual-directory.ts';
import { availabilityAddressSpace } from './availability-address-space.ts';
import { availabilityConfig } from './availability-config.ts';
import { casMailbox } from './cas-mailbox.ts';
import { clientAccessService } from './client-access-service.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
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
import { hybridConfiguration } from './hybrid-configuration.ts';
import { inboundConnector } from './inbound-connector.ts';
import { getIntraOrganizationConfiguration } from './intra-organization-configuration.ts';
import { intraOrganizationConnector } from './intra-organization-connector.ts';
import { parseLine } from './line/parse.ts';
import { mailContact } from './mail-contact.ts';
import { mailPublicFolder } from './mail-public-folder.ts';
import { mailUser } from './mail-user.ts';
import { mailbox } from './mailbox.ts';
import { mailboxAutoReplyConfiguration } from './mailbox-auto-reply-configuration.ts';
import { mailboxCalendarConfiguration } from './mailbox-calendar-configuration.ts';
import { mailboxFolderPermission } from './mailbox-folder-permission.ts';
import { mailboxPermission } from './mailbox-permission.ts';
import { getManagementRole } from './management-role.ts';
import { managementRoleAssignment } from './management-role-assignment.ts';
import { getManagementRoleEntry } from './management-role-entry.ts';
import { managementScope } from './management-scope.ts';
import { mapiVirtualDirectory } from './mapi-virtual-directory.ts';
import { mgIdentityConditionalAccessPolicy } from './mg-identity-conditional-access-policy.ts';
import { mgServicePrincipalAppRoleAssignment } from './mg-service-principal-app-role-assignment.ts';
import { msolServicePrincipal } from './msol-service-principal.ts';
import { msolServicePrincipalCredential } from './msol-service-principal-credential.ts';
import { oabVirtualDirectory } from './oab-virtual-directory.ts';
import { testOAuthConnectivity } from './oauth-connectivity.ts';
import { organizationConfig } from './organization-config.ts';
import { organizationRelationship } from './organization-relationship.ts';
import { outboundConnector } from './outbound-connector.ts';
import { outlookAnywhere } from './outlook-anywhere.ts';
import { owaVirtualDirectory } from './owa-virtual-directory.ts';
import { partnerApplication } from './partner-application.ts';
import { type LinePlan, planPipeline } from './pipeline/plan.ts';
import { powerShellVirtualDirectory } from './power-shell-virtual-directory.ts';
import { receiveConnector } from './receive-connector.ts';
import { getRecipient } from './recipient.ts';
import { recipientDataProperty } from './recipient-data-property.ts';
import { recipientPermission } from './recipient-permission.ts';
import { remoteDomain } from './remote-domain.ts';
import { remoteMailbox } from './remote-mailbox.ts';
import { roleGroup } from './role-group.ts';
import { roleGroupMember } from './role-group-member.ts';
import type { Permission } from './roles/permission.ts';
import { sendConnector } from './send-connector.ts';
import { settingOverride } from './setting-override.ts';
import { sharingPolicy } from './sharing-policy.ts';
import { testFederationTrust } from './test-federation-trust.ts';
import { testFederationTrustCertificate } from './test-federation-trust-certificate.ts';
import { user } from './user.ts';
import { userPhoto } from './user-photo.ts';
import { webServicesVirtualDirectory } from './web-services-virtual-directory.ts';

/** The cmdlets, by their Exchange names. */
export const cmdlets: Readonly<Record<string, Cmdlet>> = {
  'Get-AutodiscoverVirtualDirectory': autodiscoverVirtualDirectory.get,
  'Set-AutodiscoverVirtualDirectory': autodiscoverVirtualDirectory.set,
  'Get-WebServicesVirtualDirectory': webServicesVirtualDirectory.get,
  'Set-WebServicesVirtualDirectory': webServicesVirtualDirectory.set,
  'Get-ActiveSyncVirtualDirectory': activeSyncVirtualDirectory.get,
  'Set-ActiveSyncVirtualDirectory': activeSyncVirtualDirectory.set,
  'Get-EcpVirtualDirectory': ecpVirtualDirectory.get,
  'Set-EcpVirtualDirectory': ecpVirtualDirectory.set,
  'Get-MapiVirtualDirectory': mapiVirtualDirectory.get,
  'Set-MapiVirtualDirectory': mapiVirtualDirectory.set,
  'Get-OabVirtualDirectory': oabVirtualDirectory.get,
  'Set-OabVirtualDirectory': oabVirtualDirectory.set,
  'Get-OwaVirtualDirectory': owaVirtualDirectory.get,
  'Set-OwaVirtualDirectory': owaVirtualDirectory.set,
  'Get-PowerShellVirtualDirectory': powerShellVirtualDirectory.get,
  'Set-PowerShellVirtualDirectory': powerShellVirtualDirectory.set,
  'Get-ApplicationAccessPolicy': applicationAccessPolicy.get,
  'New-ApplicationAccessPolicy': applicationAccessPolicy.new,
  'Set-ApplicationAccessPolicy': applicationAccessPolicy.set,
  'Remove-ApplicationAccessPolicy': applicationAccessPolicy.remove,
  'Test-ApplicationAccessPolicy': applicationAccessPolicy.test,
  'Get-AuthConfig': authConfig.get,
  'Set-AuthConfig': authConfig.set,
  'Get-AuthServer': authServer.get,
  'New-AuthServer': authServer.new,
  'Set-AuthServer': authServer.set,
  'Remove-AuthServer': authServer.remove,
  'Add-AvailabilityAddressSpace': availabilityAddressSpace.add,
  'Get-AvailabilityAddressSpace': availabilityAddressSpace.get,
  'Set-AvailabilityAddressSpace': availabilityAddressSpace.set,
  'Remove-AvailabilityAddressSpace': availabilityAddressSpace.remove,
  'Get-AvailabilityConfig': availabilityConfig.get,
  'New-AvailabilityConfig': availabilityConfig.new,
  'Set-AvailabilityConfig': availabilityConfig.set,
  'Remove-AvailabilityConfig': availabilityConfig.remove,
  'Get-ClientAccessServer': clientAccessService.get,
  'Set-ClientAccessServer': clientAccessService.setServer,
  'Get-ClientAccessService': clientAccessService.get,
  'Set-ClientAccessService': clientAccessService.set,
  'Add-DnsServerResourceRecord': dnsServerResourceRecord.add,
  'Get-DnsServerResourceRecord': dnsServerResourceRecord.get,
  'Remove-DnsServerResourceRecord': dnsServerResourceRecord.remove,
  'Get-ExchangeCertificate': exchangeCertificate.get,
  'New-ExchangeCertificate': exchangeCertificate.new,
  'Enable-ExchangeCertificate': exchangeCertificate.enable,
  'Import-ExchangeCertificate': exchangeCertificate.import,
  'Remove-ExchangeCertificate': exchangeCertificate.remove,
  'Get-ExchangeServer': getExchangeServer,
  'Add-FederatedDomain': federatedDomain.add,
  'Remove-FederatedDomain': federatedDomain.remove,
  'Get-FederatedDomainProof': getFederatedDomainProof,
  'Get-FederatedOrganizationIdentifier': federatedOrganizationIdentifier.get,
  'Set-FederatedOrganizationIdentifier': federatedOrganizationIdentifier.set,
  'Get-FederationInformation': getFederationInformation,
  'Get-FederationTrust': federationTrust.get,
  'New-FederationTrust': federationTrust.new,
  'Set-FederationTrust': federationTrust.set,
  'Remove-FederationTrust': federationTrust.remove,
  'Test-FederationTrust': testFederationTrust,
  'Test-FederationTrustCertificate': testFederationTrustCertificate,
  'Get-HybridConfiguration': hybridConfiguration.get,
  'New-HybridConfiguration': hybridConfiguration.new,
  'Set-HybridConfiguration': hybridConfiguration.set,
  'Update-HybridConfiguration': hybridConfiguration.update,
  'Get-IntraOrganizationConfiguration': getIntraOrganizationConfiguration,
  'Get-IntraOrganizationConnector': intraOrganizationConnector.get,
  'New-IntraOrganizationConnector': intraOrganizationConnector.new,
  'Set-IntraOrganizationConnector': intraOrganizationConnector.set,
  'Remove-IntraOrganizationConnector': intraOrganizationConnector.remove,
  'Get-MailboxCalendarConfiguration': mailboxCalendarConfiguration.get,
  'Set-MailboxCalendarConfiguration': mailboxCalendarConfiguration.set,
  'Get-MailboxFolderPermission': mailboxFolderPermission.get,
  'Add-MailboxFolderPermission': mailboxFolderPermission.add,
  'Set-MailboxFolderPermission': mailboxFolderPermission.set,
  'Remove-MailboxFolderPermission': mailboxFolderPermission.remove,
  'Get-MailboxAutoReplyConfiguration': mailboxAutoReplyConfiguration.get,
  'Set-MailboxAutoReplyConfiguration': mailboxAutoReplyConfiguration.set,
  'Get-ManagementRole': getManagementRole(() => cmdlets),
  'Get-ManagementRoleEntry': getManagementRoleEntry(() => cmdlets),
  'Get-ManagementRoleAssignment': managementRoleAssignment.get,
  'New-ManagementRoleAssignment': managementRoleAssignment.new,
  'Remove-ManagementRoleAssignment': managementRoleAssignment.remove,
  'Get-ManagementScope': managementScope.get,
  'New-ManagementScope': managementScope.new,
  'Remove-ManagementScope': managementScope.remove,
  'Get-MgIdentityConditionalAccessPolicy': mgIdentityConditionalAccessPolicy.get,
  'New-MgIdentityConditionalAccessPolicy': mgIdentityConditionalAccessPolicy.new,
  'Update-MgIdentityConditionalAccessPolicy': mgIdentityConditionalAccessPolicy.update,
  'Remove-MgIdentityConditionalAccessPolicy': mgIdentityConditionalAccessPolicy.remove,
  'New-MgServicePrincipalAppRoleAssignment': mgServicePrincipalAppRoleAssignment.new,
  'Get-MsolServicePrincipal': msolServicePrincipal.get,
  'New-MsolServicePrincipal': msolServicePrincipal.new,
  'Set-MsolServicePrincipal': msolServicePrincipal.set,
  'Get-MsolServicePrincipalCredential': msolServicePrincipalCredential.get,
  'New-MsolServicePrincipalCredential': msolServicePrincipalCredential.new,
  'Remove-MsolServicePrincipalCredential': msolServicePrincipalCredential.remove,
  'Get-OrganizationConfig': organizationConfig.get,
  'Set-OrganizationConfig': organizationConfig.set,
  'Get-OrganizationRelationship': organizationRelationship.get,
  'New-OrganizationRelationship': organizationRelationship.new,
  'Set-OrganizationRelationship': organizationRelationship.set,
  'Remove-OrganizationRelationship': organizationRelationship.remove,
  'Get-OutlookAnywhere': outlookAnywhere.get,
  'Enable-OutlookAnywhere': outlookAnywhere.enable,
  'Disable-OutlookAnywhere': outlookAnywhere.disable,
  'Set-OutlookAnywhere': outlookAnywhere.set,
  'Get-PartnerApplication': partnerApplication.get,
  'New-PartnerApplication': partnerApplication.new,
  'Set-PartnerApplication': partnerApplication.set,
  'Remove-PartnerApplication': partnerApplication.remove,
  'Get-InboundConnector': inboundConnector.get,
  'New-InboundConnector': inboundConnector.new,
  'Set-InboundConnector': inboundConnector.set,
  'Remove-InboundConnector': inboundConnector.remove,
  'Get-OutboundConnector': outboundConnector.get,
  'New-OutboundConnector': outboundConnector.new,
  'Set-OutboundConnector': outboundConnector.set,
  'Remove-OutboundConnector': outboundConnector.remove,
  'Get-ReceiveConnector': receiveConnector.get,
  'New-ReceiveConnector': receiveConnector.new,
  'Set-ReceiveConnector': receiveConnector.set,
  'Remove-ReceiveConnector': receiveConnector.remove,
  'Get-SendConnector': sendConnector.get,
  'New-SendConnector': sendConnector.new,
  'Set-SendConnector': sendConnector.set,
  'Remove-SendConnector': sendConnector.remove,
  'Get-SharingPolicy': sharingPolicy.get,
  'New-SharingPolicy': sharingPolicy.new,
  'Set-SharingPolicy': sharingPolicy.set,
  'Remove-SharingPolicy': sharingPolicy.remove,
  'Export-RecipientDataProperty': recipientDataProperty.export,
  'Import-RecipientDataProperty': recipientDataProperty.import,
  'Get-AcceptedDomain': acceptedDomain.get,
  'New-AcceptedDomain': acceptedDomain.new,
  'Set-AcceptedDomain': acceptedDomain.set,
  'Remove-AcceptedDomain': acceptedDomain.remove,
  'Get-ADPermission': adPermission.get,
  'Add-ADPermission': adPermission.add,
  'Remove-ADPermission': adPermission.remove,
  'Get-CASMailbox': casMailbox.get,
  'Set-CASMailbox': casMailbox.set,
  'Get-DistributionGroup': distributionGroup.get,
  'New-DistributionGroup': distributionGroup.new,
  'Set-DistributionGroup': distributionGroup.set,
  'Remove-DistributionGroup': distributionGroup.remove,
  'Get-DistributionGroupMember': distributionGroupMember.get,
  'Add-DistributionGroupMember': distributionGroupMember.add,
  'Remove-DistributionGroupMember': distributionGroupMember.remove,
  'Get-EmailAddressPolicy': emailAddressPolicy.get,
  'New-EmailAddressPolicy': emailAddressPolicy.new,
  'Set-EmailAddressPolicy': emailAddressPolicy.set,
  'Remove-EmailAddressPolicy': emailAddressPolicy.remove,
  'Update-EmailAddressPolicy': emailAddressPolicy.update,
  'Get-MailContact': mailContact.get,
  'New-MailContact': mailContact.new,
  'Set-MailContact': mailContact.set,
  'Remove-MailContact': mailContact.remove,
  'Get-MailPublicFolder': mailPublicFolder.get,
  'Enable-MailPublicFolder': mailPublicFolder.enable,
  'Set-MailPublicFolder': mailPublicFolder.set,
  'Disable-MailPublicFolder': mailPublicFolder.disable,
  'Get-MailUser': mailUser.get,
  'New-MailUser': mailUser.new,
  'Enable-MailUser': mailUser.enable,
  'Set-MailUser': mailUser.set,
  'Disable-MailUser': mailUser.disable,
  'Remove-MailUser': mailUser.remove,
  'Get-Mailbox': mailbox.get,
  'New-Mailbox': mailbox.new,
  'Enable-Mailbox': mailbox.enable,
  'Set-Mailbox': mailbox.set,
  'Disable-Mailbox': mailbox.disable,
  'Remove-Mailbox': mailbox.remove,
  'Get-MailboxPermission': mailboxPermission.get,
  'Add-MailboxPermission': mailboxPermission.add,
  'Remove-MailboxPermission': mailboxPermission.remove,
  'Get-RecipientPermission': recipientPermission.get,
  'Add-RecipientPermission': recipientPermission.add,
  'Remove-RecipientPermission': recipientPermission.remove,
  'Get-RemoteDomain': remoteDomain.get,
  'New-RemoteDomain': remoteDomain.new,
  'Set-RemoteDomain': remoteDomain.set,
  'Remove-RemoteDomain': remoteDomain.remove,
  'Get-RemoteMailbox': remoteMailbox.get,
  'New-RemoteMailbox': remoteMailbox.new,
  'Enable-RemoteMailbox': remoteMailbox.enable,
  'Set-RemoteMailbox': remoteMailbox.set,
  'Disable-RemoteMailbox': remoteMailbox.disable,
  'Remove-RemoteMailbox': remoteMailbox.remove,
  'Get-User': user.get,
  'Set-User': user.set,
  'Get-Recipient': getRecipient,
  'Get-RoleGroup': roleGroup.get,
  'New-RoleGroup': roleGroup.new,
  'Set-RoleGroup': roleGroup.set,
  'Remove-RoleGroup': roleGroup.remove,
  'Get-RoleGroupMember': roleGroupMember.get,
  'Add-RoleGroupMember': roleGroupMember.add,
  'Remove-RoleGroupMember': roleGroupMember.remove,
  'Get-SettingOverride': settingOverride.get,
  'New-SettingOverride': settingOverride.new,
  'Remove-SettingOverride': settingOverride.remove,
  'Test-OAuthConnectivity': testOAuthConnectivity,
  'Get-UserPhoto': userPhoto.get,
  'Set-UserPhoto': userPhoto.set,
  'Remove-UserPhoto': userPhoto.remove,
};

/** Runs one cmdlet line in an organisation's shell and answers its objects. Refuses with {@link CmdletRefusalCode}. */
export async function runCmdlet(scope: CmdletScope, text: string): Promise<readonly CmdletObject[]> {
  return (await planLine(text, scope.organization.kind).run(scope)).objects;
}

/** What is wrong with a cmdlet line before it is run, or undefined; for world files, which are checked as a whole. */
export function checkCmdlet(text: string, organization: Pick<Organization, 'kind'>): string | undefined {
  try {
    planLine(text, organization.kind);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
}

/**
 * Reads a cmdlet line and checks all that can be checked before it is run. Refuses with {@link CmdletRefusalCode}.
 *
 * @param permission what whoever runs it may do; left out: everything, as when a world is made
 */
export function planLine(text: string, kind: Organization['kind'], permission?: Permission): LinePlan {
  return planPipeline(parseLine(text), (written) => {
    const found = findCmdlet(written, kind);
    const cmdlet = permission === undefined ? found.cmdlet : permission.permitted(found.name, found.cmdlet);
    if (cmdlet === undefined)
      throw cmdletRefusal('not-available', `${notRecognized(found.name)} ${permission?.caller ?? 'Nobody'} has no role with it.`);
    return { name: found.name, cmdlet };
  });
}

function findCmdlet(written: string, kind: Organization['kind']): { readonly name: string; readonly cmdlet: Cmdlet } {
  const names = Object.keys(cmdlets);
  const name = names.find((one) => one.toLowerCase() === written.toLowerCase());
  const cmdlet = name === undefined ? undefined : cmdlets[name];
  if (name === undefined || cmdlet === undefined) {
    const near = nearest(written, names);
    const more = near === undefined ? 'It is not supported here.' : `Did you mean ${near}?`;
    throw cmdletRefusal('unknown-cmdlet', `${notRecognized(written)} ${more}`);
  }
  if (!cmdlet.kinds.includes(kind)) {
    throw cmdletRefusal('not-available', `${notRecognized(name)} It does not exist in a ${kind} organisation.`);
  }
  return { name, cmdlet };
}

/**
 * What PowerShell says of a name that no command has (PowerShell/PowerShell
 * src/System.Management.Automation/resources/DiscoveryExceptions.resx, CommandNotFoundException); in an administrator's
 * session that goes for cmdlets of the other kind of organisation too.
 */
function notRecognized(name: string): string {
  return (
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. ` +
    'Check the spelling of the name, or if a path was included, verify that the path is correct and try again.'
  );
}
