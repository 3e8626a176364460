/** A command line that an article on hybrid Exchange tells its readers to run, as printed, with its dashes and quotes. */
export interface ArticleLine {
  readonly line: string;
  /** Which part of the product it belongs to; `another product` is none of ours. */
  readonly part:
    | 'federation'
    | 'sharing'
    | 'client access'
    | 'certificates'
    | 'roles'
    | 'mail flow'
    | 'moves'
    | 'mailboxes'
    | 'another product';
  /** What stands in a line instead of a placeholder in angle brackets. */
  readonly filled?: string;
  /** The article lost the argument of its last parameter, a placeholder in angle brackets. */
  readonly cut?: true;
  /** A mandatory parameter that PowerShell would ask for. */
  readonly prompts?: string;
  /** What it is refused for: a `-Parameter` or a cmdlet that there is not, or words of the refusal. */
  readonly lacks?: string;
}

/**
 * Placeholders (`<move request identity>`) are filled in: the shell itself does not read them. Where the articles are at hand a test
 * looks for every command line in them, and finds it here. Articles: two on a hybrid
 * deployment of Exchange 2010 with the wizard, one on federation and organisation relationships in Exchange 2010, those of
 * the Exchange Team Blog on hybrid authentication, on moves with bad items, on sent items of delegators, on photos and on
 * automatic replies.
 */
export const articleLines: readonly ArticleLine[] = [
  { line: 'Get-FederatedDomainProof -DomainName', part: 'federation', cut: true },
  { line: 'Get-FederatedDomainProof -DomainName contoso.test', part: 'federation' },
  { line: 'Get-FederatedOrganizationIdentifier', part: 'federation' },
  { line: 'Get-FederationInformation', part: 'federation', prompts: 'DomainName' },
  { line: 'Get-FederationInformation -DomainName fabrikam.test', part: 'federation' },
  { line: 'get-federationinformation -DomainName fabrikam.test –verbose', part: 'federation' },
  { line: 'Get-FederationTrust', part: 'federation' },
  { line: 'Get-FederationTrust | Format-List ApplicationIdentifier, ApplicationUri', part: 'federation' },
  { line: 'Test-FederationTrust', part: 'federation' },
  { line: 'Get-OrganizationRelationship', part: 'sharing' },
  { line: 'Test-OrganizationRelationship', part: 'sharing', prompts: 'UserIdentity' },
  { line: 'Set-OrganizationRelationship "CompanyABC" -TargetSharingEpr', part: 'sharing', cut: true },
  { line: 'Get-WebServicesVirtualDirectory', part: 'client access' },
  { line: 'Get-WebServicesVirtualDirectory -Server ex2010 | fl ExternalUrl', part: 'client access' },
  { line: 'Get-WebServicesVirtualDirectory -Server exchange01 | fl ExternalUrl', part: 'client access' },
  { line: 'Get-OWAVirtualDirectory', part: 'client access' },
  { line: 'Get-ActiveSyncVirtualDirectory', part: 'client access' },
  { line: 'Get-ClientAccessServer -Identity mbx1 | FL', part: 'client access' },
  {
    line: 'Set-ClientAccessServer -Identity "mbx1" –AutodiscoverServiceInternalURI https://nlb.nwtraders.msft/autodiscover/autodiscover.xml',
    part: 'client access',
  },
  { line: 'Set-ClientAccessServer ex1 -IsOutofService $True', part: 'client access', filled: 'ex1' },
  {
    line: 'Set-WebServicesVirtualDirectory -Identity "mbx1\\EWS (Default Web Site)" –InternalUrl  https://nlb.nwtraders.msft/EWS/Exchange.asmx',
    part: 'client access',
  },
  {
    line: 'Set-OABVirtualDirectory -Identity “mbx1\\OAB (Default Web Site)” -InternalURL https://nlb.nwtraders.msft/OAB',
    part: 'client access',
  },
  {
    line: 'Enable-OutlookAnywhere -Server mbx1 -ExternalHostname “nlb.nwtraders.msft” -ClientAuthenticationMethod “NTLM”',
    part: 'client access',
  },
  {
    line: 'Set-ActiveSyncVirtualDirectory -Identity “mbx1\\Microsoft-Server-ActiveSync (Default Web Site)” -InternalURL https://nlb.nwtraders.msft/Microsoft-Server-Activesync',
    part: 'client access',
  },
  { line: 'Test-WebServicesConnectivity', part: 'client access', lacks: 'Test-WebServicesConnectivity' },
  { line: 'get-exchangecertificate', part: 'certificates' },
  { line: 'Get-exchangecertificate | fl', part: 'certificates' },
  {
    line: 'Enable-ExchangeCertificate -Thumbprint 59 5e a4 7c f0 c0 4f 64 dc 3d 6d 29 95 f7 c4 b1 72 ca 0f 92 -Services "SMTP, IIS"',
    part: 'certificates',
  },
  {
    line: 'New-ExchangeCertificate -GenerateRequest -Path c:\\CompanyA.csr -KeySize 2048 -SubjectName "c=GB, s=London, l=London, o=Nwtraders, cn=nlb.nwtraders.msft.com"  -PrivateKeyExportable $True',
    part: 'certificates',
    lacks: '-Path',
  },
  {
    line: 'Import-ExchangeCertificate -Path c:\\certnew.cer -Password:(Get-Credential).password',
    part: 'certificates',
    lacks: '-Path',
  },
  {
    line: 'New-ManagementRoleAssignment -Name "Import Export Support" -SecurityGroup ImportExport -Role "Mailbox Import Export"',
    part: 'roles',
  },
  { line: 'Get-Message | fl', part: 'mail flow' },
  {
    line: "new-MoveRequest -identity $_.UserPrincipalName -Remote -RemoteHostName 'mail.company.com' -RemoteCredential $cred -TargetDeliveryDomain 'service.company.com' -BadItemLimit 50 -LargeItemLimit 40",
    part: 'moves',
  },
  { line: '$movereport = Get-MoveRequestStatistics joe -IncludeReport', part: 'moves', filled: 'joe' },
  {
    line: 'Get-MoveRequestStatistics joe -IncludeReport | Export-CliXml c:\\temp\\movereport.xml',
    part: 'moves',
    filled: 'joe',
  },
  { line: '$movereport = Import-CliXml c:\\temp\\movereport.xml', part: 'moves' },
  { line: '$movereport.report.baditems', part: 'moves' },
  { line: '$movereport.report.baditems | Out-GridView', part: 'moves', lacks: 'Out-GridView' },
  { line: 'Set-Mailbox joe –MessageCopyForSentAsEnabled $true', part: 'mailboxes', filled: 'joe' },
  { line: 'Set-Mailbox joe –MessageCopyForSentAsEnabled $false', part: 'mailboxes', filled: 'joe' },
  { line: 'Set-Mailbox joe –MessageCopyForSendOnBehalfEnabled $true', part: 'mailboxes', filled: 'joe' },
  { line: 'Set-Mailbox joe –MessageCopyForSendOnBehalfEnabled $false', part: 'mailboxes', filled: 'joe' },
  {
    line: 'Set-MailboxAutoReplyConfiguration bsuneja@e14labs.com –AutoReplyState Scheduled –StartTime “9/8/2011” –EndTime “9/15/2011” –ExternalMessage “External OOF message here” –InternalMessage “Internal OOF message here”',
    part: 'mailboxes',
  },
  { line: 'Get-MailboxAutoReplyConfiguration bsuneja@e14labs.com', part: 'mailboxes' },
  {
    line: 'Set-MailboxAutoReplyConfiguration bsuneja@e14labs.com –AutoReplyState Disabled –ExternalMessage $null –InternalMessage $null',
    part: 'mailboxes',
  },
  {
    line: 'Import-RecipientDataProperty -Identity "Bharat Suneja" -Picture -FileData ([Byte[]]$(Get-Content -Path "C:\\pictures\\BharatSuneja.jpg" -Encoding Byte -ReadCount 0))',
    part: 'mailboxes',
  },
  { line: 'Update-OfflineAddressBook "Default Offline Address Book"', part: 'mailboxes' },
  {
    line: '(Get-OfflineAddressBook "Default Offline Address Book").ConfiguredAttributes',
    part: 'mailboxes',
  },
  {
    line: '$attributes = (Get-OfflineAddressBook "Default Offline Address Book").ConfiguredAttributes',
    part: 'mailboxes',
  },
  { line: '$attributes.Remove("thumbnailphoto,Indicator")', part: 'mailboxes', lacks: 'cannot read "("thumbnailphoto,Indicator")"' },
  {
    line: 'Set-OfflineAddressBook "Default Offline Address Book" -ConfiguredAttributes $attributes',
    part: 'mailboxes',
  },
  { line: 'Set-ExecutionPolicy RemoteSigned', part: 'another product', lacks: 'Set-ExecutionPolicy' },
  { line: 'Set-ExecutionPolicy Unrestricted', part: 'another product', lacks: 'Set-ExecutionPolicy' },
  { line: 'Get-ExecutionPolicy', part: 'another product', lacks: 'Get-ExecutionPolicy' },
  { line: '(Test-ServiceHealth).ServicesRunning | %{Stop-Service $_ -Force}', part: 'another product', lacks: 'Test-ServiceHealth' },
];
