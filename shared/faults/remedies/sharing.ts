/** What organisations show each other. */
export const sharingRemedies: Readonly<Record<string, string>> = {
  'sharing.organization-relationship':
    'Say how the other organization is reached: New-OrganizationRelationship -DomainNames ... -TargetApplicationUri ... -TargetAutodiscoverEpr ..., or Set-OrganizationRelationship -Enabled $true.',
  'sharing.intra-organization-connector':
    'Enable the connector: Set-IntraOrganizationConnector -Enabled $true, or make it: New-IntraOrganizationConnector -TargetAddressDomains ... -DiscoveryEndpoint ...',
  'sharing.availability-address-space':
    'Say how the other forest is reached: New-OrganizationRelationship, or Add-AvailabilityAddressSpace -ForestName ... -AccessMethod OrgWideFB -Credentials @{UserName=...; Password=...}.',
  'sharing.per-user-account':
    'Name the account that asks for users of another forest, or a group that has it: Set-AvailabilityConfig -PerUserAccount ...; New-AvailabilityConfig makes the configuration.',
  'sharing.authorization':
    'Share free/busy with the domain of the caller: Set-OrganizationRelationship -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails, and -FreeBusyAccessScope with a group that has the user, or none.',
  'sharing.calendar-permission':
    'Let the entry that decided show something: Set-MailboxFolderPermission <mailbox>:\\Calendar -User Default -AccessRights AvailabilityOnly; Get-MailboxFolderPermission shows the entries.',
  'sharing.mail-tips':
    'Share MailTips with the domain of the caller: Set-OrganizationRelationship -MailTipsAccessEnabled $true -MailTipsAccessLevel All (or Limited).',
  'sharing.photos': 'Share photographs with the domain of the caller: Set-OrganizationRelationship -PhotosEnabled $true.',
};
