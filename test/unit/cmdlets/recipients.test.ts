import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const shown = async (line: string, ...properties: readonly string[]) => {
  const [object] = await lab.run(line);
  return properties.map((property) => object?.[property]);
};
const refusal = async (line: string, organization?: string): Promise<[string, string]> => {
  try {
    await lab.run(line, organization);
  } catch (error) {
    const { code, detail } = error as { code: string; detail: string };
    return [code, detail];
  }
  throw new Error(`${line} was not refused`);
};

const newAnn = 'New-Mailbox "Ann Able" -UserPrincipalName ann@contoso.test -Password Pa55word! -FirstName Ann -LastName Able';

test('a new mailbox has addresses by policy, a legacyExchangeDN, an account and a mailbox of its own', async () => {
  const [ann] = await lab.run(newAnn);
  expect(ann).toMatchObject({
    Name: 'Ann Able',
    Alias: 'ann',
    SamAccountName: 'ann',
    UserPrincipalName: 'ann@contoso.test',
    AccountDisabled: false,
    EmailAddresses: ['SMTP:ann@contoso.test'],
    EmailAddressPolicyEnabled: true,
    RecipientType: 'UserMailbox',
    RecipientTypeDetails: 'UserMailbox',
    HiddenFromAddressListsEnabled: false,
    ArchiveStatus: 'None',
    IsDirSynced: false,
  });
  expect(ann?.['LegacyExchangeDN']).toMatch(
    /^\/o=Contoso\/ou=Exchange Administrative Group \(FYDIBOHF23SPDLT\)\/cn=Recipients\/cn=[0-9a-f]{32}-ann$/,
  );
  expect(ann?.['ExchangeGuid']).toMatch(/^[0-9a-f]{8}-/);
  for (const identity of [
    'ann',
    'ann@contoso.test',
    '"Ann Able"',
    'CONTOSO\\ann',
    `"${ann?.['LegacyExchangeDN'] as string}"`,
    ann?.['Guid'] as string,
  ]) {
    expect(await lab.run(`Get-Mailbox ${identity}`)).toEqual([ann]);
  }
  expect(await shown('Get-User ann', 'FirstName', 'LastName', 'WindowsEmailAddress')).toEqual(['Ann', 'Able', 'ann@contoso.test']);
  const [first] = await shown('Get-User mary', 'Sid');
  const [second] = await shown('Get-User ann', 'Sid');
  expect(second).not.toBe(first);
});

test('what a mailbox is told it shows, and what is usual is not kept', async () => {
  await lab.run(newAnn);
  await lab.run(
    'Set-Mailbox ann -MailTip "Back on Monday" -HiddenFromAddressListsEnabled $true -ForwardingAddress mary -ForwardingSmtpAddress a@example.test ' +
      '-DeliverToMailboxAndForward $true -GrantSendOnBehalfTo mary -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true ' +
      '-MaxSendSize 10MB -CustomAttribute7 blue -RejectMessagesFrom service -RequireSenderAuthenticationEnabled $true',
  );
  const properties = [
    ...['MailTip', 'HiddenFromAddressListsEnabled', 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'],
    ...['GrantSendOnBehalfTo', 'MessageCopyForSentAsEnabled', 'MessageCopyForSendOnBehalfEnabled', 'MaxSendSize', 'CustomAttribute7'],
    ...['RejectMessagesFrom', 'RequireSenderAuthenticationEnabled'],
  ];
  expect(await shown('Get-Mailbox ann', ...properties)).toEqual([
    ...['Back on Monday', true, 'mary', 'smtp:a@example.test', true],
    ...[['mary'], true, true, '10 MB (10,485,760 bytes)', 'blue', ['service'], true],
  ]);
  await lab.run(
    'Set-Mailbox ann -MailTip $null -HiddenFromAddressListsEnabled $false -ForwardingAddress $null -ForwardingSmtpAddress $null ' +
      '-DeliverToMailboxAndForward $false -GrantSendOnBehalfTo $null -MessageCopyForSentAsEnabled $false -MessageCopyForSendOnBehalfEnabled $false ' +
      '-MaxSendSize Unlimited -CustomAttribute7 "" -RejectMessagesFrom $null',
  );
  expect(await shown('Get-Mailbox ann', ...properties)).toEqual(['', false, '', '', false, [], false, false, 'Unlimited', '', [], true]);
  await lab.run('Set-Mailbox ann -MailTip $null');
  expect(lab.warned).toEqual(["The command completed successfully but no settings of 'ann' have been modified."]);
});

test('addresses: one primary, the old one stays, a list replaces, nobody has another one', async () => {
  await lab.run(newAnn);
  const addresses = async () => (await shown('Get-Mailbox ann', 'PrimarySmtpAddress', 'EmailAddresses')) as [string, string[]];
  expect(await refusal('Set-Mailbox ann -PrimarySmtpAddress able@contoso.test')).toEqual([
    'operation-failed',
    expect.stringContaining('address policies'),
  ]);
  await lab.run('Set-Mailbox ann -PrimarySmtpAddress able@contoso.test -EmailAddressPolicyEnabled $false');
  expect(await addresses()).toEqual(['able@contoso.test', ['SMTP:able@contoso.test', 'smtp:ann@contoso.test']]);
  await lab.run('Set-Mailbox ann -EmailAddresses SMTP:a.able@contoso.test,able@contoso.test,"X500:/o=Old/cn=ann"');
  expect(await addresses()).toEqual(['a.able@contoso.test', ['SMTP:a.able@contoso.test', 'X500:/o=Old/cn=ann', 'smtp:able@contoso.test']]);
  // As when a table adds a primary address to those that are there.
  await lab.run('Set-Mailbox ann -EmailAddresses SMTP:a.able@contoso.test,smtp:able@contoso.test,SMTP:ann@contoso.test');
  expect(await addresses()).toEqual(['ann@contoso.test', ['SMTP:ann@contoso.test', 'smtp:a.able@contoso.test', 'smtp:able@contoso.test']]);
  expect(await refusal('Set-Mailbox ann -EmailAddresses SMTP:ann@contoso.test,smtp:MARY@contoso.test')).toEqual([
    'object-exists',
    'The proxy address "smtp:MARY@contoso.test" is already being used by the proxy addresses or LegacyExchangeDN of "mary". Please choose another proxy address.',
  ]);
  const [dn] = await shown('Get-Mailbox mary', 'LegacyExchangeDN');
  expect(await refusal(`Set-Mailbox ann -EmailAddresses SMTP:ann@contoso.test,"X500:${dn as string}"`)).toEqual([
    'object-exists',
    expect.stringContaining('LegacyExchangeDN of "mary"'),
  ]);
  expect(await refusal('Set-Mailbox ann -EmailAddresses ann@elsewhere.test')).toEqual([
    'operation-failed',
    expect.stringContaining('elsewhere.test'),
  ]);
  expect(await refusal('Set-Mailbox ann -EmailAddresses "X500:/o=Old/cn=ann"')).toEqual([
    'bad-parameter',
    expect.stringContaining('no primary'),
  ]);
  expect(await refusal('Set-Mailbox ann -Alias mary')).toEqual(['object-exists', 'The alias "mary" is already being used by "mary".']);
});

test('a mailbox is taken from an account and given to it again', async () => {
  await lab.run(newAnn);
  const [dn, guid] = await shown('Get-Mailbox ann', 'LegacyExchangeDN', 'ExchangeGuid');
  await lab.run('Disable-Mailbox ann');
  expect(await refusal('Get-Mailbox ann')).toEqual([
    'object-not-found',
    expect.stringContaining("object 'ann' couldn't be found on 'contoso.test'"),
  ]);
  expect(await shown('Get-User ann', 'RecipientType', 'WindowsEmailAddress', 'UserPrincipalName')).toEqual([
    'User',
    '',
    'ann@contoso.test',
  ]);
  expect(await refusal('Get-Recipient ann@contoso.test')).toEqual(['object-not-found', expect.anything()]);
  await lab.run('Enable-Mailbox ann@contoso.test -Shared');
  const again = await shown('Get-Mailbox ann', 'LegacyExchangeDN', 'ExchangeGuid', 'RecipientTypeDetails', 'AccountDisabled');
  expect(again[0]).not.toBe(dn);
  expect(again[1]).not.toBe(guid);
  expect(again.slice(2)).toEqual(['SharedMailbox', true]);
  await lab.run('Remove-Mailbox ann');
  expect(await refusal('Get-User ann')).toEqual(['object-not-found', expect.anything()]);
  await lab.run(newAnn);
});

test('rooms, shared mailboxes and equipment need no password; people do', async () => {
  expect(
    await shown('New-Mailbox Boardroom -Room', 'RecipientTypeDetails', 'ResourceType', 'AccountDisabled', 'UserPrincipalName'),
  ).toEqual([...['RoomMailbox', 'Room', true, 'Boardroom@contoso.test']]);
  await lab.run('Set-Mailbox Boardroom -ResourceCapacity 12');
  expect(await shown('Get-Mailbox Boardroom', 'ResourceCapacity', 'IsResource')).toEqual([12, true]);
  expect(
    await shown('New-Mailbox Help -Shared -PrimarySmtpAddress helpdesk@contoso.test', 'PrimarySmtpAddress', 'EmailAddressPolicyEnabled'),
  ).toEqual([...['helpdesk@contoso.test', false]]);
  await lab.run('Set-Mailbox help -Type Regular');
  expect(await shown('Get-Mailbox help', 'RecipientTypeDetails', 'AccountDisabled')).toEqual(['UserMailbox', true]);
  expect(await refusal('New-Mailbox Bob -UserPrincipalName bob@contoso.test')).toEqual([
    'bad-parameter',
    expect.stringContaining('-Password'),
  ]);
  expect(await refusal('New-Mailbox Bob -Password x')).toEqual(['bad-parameter', expect.stringContaining('UserPrincipalName')]);
  expect(await refusal('New-Mailbox Bob -Password x -MicrosoftOnlineServicesID bob@contoso.test')).toEqual([
    'bad-parameter',
    expect.stringContaining("parameter name 'MicrosoftOnlineServicesID'. It is available only in the cloud"),
  ]);
  const cloud = await lab.run('New-Mailbox Bob -Password x -MicrosoftOnlineServicesID bob@contoso.test', 'contoso-cloud');
  expect(cloud).toMatchObject([
    { EmailAddresses: ['SMTP:bob@contoso.test', 'smtp:bob@contoso.onmicrosoft.test'], EmailAddressPolicyEnabled: false },
  ]);
});

test('people whose mailbox is elsewhere, contacts, groups, public folders', async () => {
  await lab.run('New-MailUser Ed -ExternalEmailAddress ed@example.test -UserPrincipalName ed@contoso.test -Password x');
  expect(await lab.run('Get-MailUser ed')).toMatchObject([
    {
      ExternalEmailAddress: 'SMTP:ed@example.test',
      EmailAddresses: ['SMTP:ed@contoso.test', 'smtp:ed@example.test'],
      RecipientTypeDetails: 'MailUser',
    },
  ]);
  await lab.run(
    'New-RemoteMailbox Rita -RemoteRoutingAddress rita@contoso.onmicrosoft.test -UserPrincipalName rita@contoso.test -Password x',
  );
  expect(await lab.run('Get-RemoteMailbox rita')).toMatchObject([
    { RemoteRoutingAddress: 'SMTP:rita@contoso.onmicrosoft.test', RecipientType: 'MailUser', RecipientTypeDetails: 'RemoteUserMailbox' },
  ]);
  await lab.run('New-MailContact "Eva Ex" -ExternalEmailAddress eva@example.test');
  expect(await lab.run('Get-MailContact evaex')).toMatchObject([
    { Name: 'Eva Ex', PrimarySmtpAddress: 'eva@example.test', Alias: 'EvaEx' },
  ]);
  await lab.run('New-DistributionGroup Team -Members mary,evaex -Type Security -ManagedBy mary');
  expect(await lab.run('Get-DistributionGroup team')).toMatchObject([
    {
      GroupType: 'Universal, SecurityEnabled',
      ManagedBy: ['mary'],
      PrimarySmtpAddress: 'Team@contoso.test',
      RequireSenderAuthenticationEnabled: true,
    },
  ]);
  await lab.run('Add-DistributionGroupMember team -Member rita');
  expect((await refusal('Add-DistributionGroupMember team -Member rita'))[1]).toMatch(/already a member/);
  await lab.run('Remove-DistributionGroupMember team -Member mary');
  expect((await lab.run('Get-DistributionGroupMember team')).map(({ Alias }) => Alias)).toEqual(['EvaEx', 'rita']);
  await lab.run('New-DistributionGroup Outer -Members team');
  expect((await refusal('Add-DistributionGroupMember team -Member outer'))[1]).toMatch(/not in itself/);
  await lab.run('Enable-MailPublicFolder "\\Sales\\Orders"');
  expect(await lab.run('Get-MailPublicFolder orders@contoso.test')).toMatchObject([
    { Name: 'Orders', ParentPath: '\\Sales', RecipientTypeDetails: 'PublicFolder' },
  ]);
  expect(await refusal('Enable-MailPublicFolder \\sales\\orders')).toEqual(['object-exists', expect.anything()]);
  await lab.run('Disable-MailPublicFolder orders');
  expect(await lab.run('Get-MailPublicFolder')).toEqual([]);
  expect((await lab.run('Get-Recipient -Filter "MemberOfGroup -eq \'team@contoso.test\'"')).map(({ Alias }) => Alias)).toEqual([
    'EvaEx',
    'rita',
  ]);
  expect((await lab.run('Get-Recipient -RecipientTypeDetails MailContact,MailUser')).map(({ Alias }) => Alias)).toEqual(['ed', 'EvaEx']);
});

test('address policies', async () => {
  await lab.run(newAnn);
  await lab.run('New-AcceptedDomain Sales -DomainName sales.contoso.test');
  expect(await lab.run('Get-EmailAddressPolicy')).toMatchObject([
    { Name: 'Default Policy', Priority: 'Lowest', EnabledEmailAddressTemplates: ['SMTP:@contoso.test'] },
  ]);
  expect(await refusal('Remove-EmailAddressPolicy "Default Policy"')).toEqual(['object-not-found', expect.anything()]);
  expect(
    (await refusal('New-EmailAddressPolicy X -IncludedRecipients AllRecipients -EnabledEmailAddressTemplates SMTP:%m@other.test'))[1],
  ).toMatch(/not an accepted/);
  await lab.run(
    'New-EmailAddressPolicy Sales -IncludedRecipients MailboxUsers -ConditionalDepartment Sales -EnabledEmailAddressTemplates SMTP:%g.%s@sales.contoso.test,smtp:%m@contoso.test',
  );
  await lab.run('Set-User ann -Department Sales');
  await lab.run('Set-User svc -Department Sales -FirstName Ann -LastName Able');
  expect(await shown('Get-Mailbox ann', 'PrimarySmtpAddress')).toEqual(['ann@contoso.test']);
  await lab.run('Set-Mailbox mary -EmailAddressPolicyEnabled $false');
  await lab.run('Update-EmailAddressPolicy Sales');
  expect(new Set((await lab.run('Get-Mailbox')).map(({ PrimarySmtpAddress }) => PrimarySmtpAddress))).toEqual(
    new Set(['Ann.Able2@sales.contoso.test', 'Ann.Able@sales.contoso.test', 'mary@contoso.test']),
  );
  expect((await refusal('Remove-AcceptedDomain sales'))[1]).toMatch(/email address policy 'Sales'/);
  await lab.run('Set-EmailAddressPolicy "Default Policy" -EnabledEmailAddressTemplates SMTP:@contoso.test,smtp:%m@sales.contoso.test');
  await lab.run('Update-EmailAddressPolicy "Default Policy"');
  expect(await shown('Get-DistributionGroup service', 'EmailAddresses')).toEqual([
    ['SMTP:service@contoso.test', 'smtp:service@sales.contoso.test'],
  ]);
});

test('accepted and remote domains', async () => {
  expect(await lab.run('Get-AcceptedDomain', 'fabrikam')).toMatchObject([
    { DomainName: 'fabrikam.test', Default: true, DomainType: 'Authoritative' },
    { DomainName: 'sales.fabrikam.test', Default: false },
  ]);
  await lab.run('Set-AcceptedDomain sales.fabrikam.test -Name Sales -MakeDefault $true -DomainType InternalRelay', 'fabrikam');
  expect(await lab.run('Get-AcceptedDomain', 'fabrikam')).toMatchObject([
    { Name: 'Sales', DomainName: 'sales.fabrikam.test', Default: true, DomainType: 'InternalRelay' },
    { DomainName: 'fabrikam.test', Default: false },
  ]);
  expect((await refusal('Remove-AcceptedDomain sales', 'fabrikam'))[1]).toMatch(/default/);
  expect((await refusal('Remove-AcceptedDomain fabrikam.test', 'fabrikam'))[1]).toMatch(/pat has an address/);
  expect((await refusal('New-AcceptedDomain X -DomainName x.test', 'contoso-cloud'))[0]).toBe('not-available');

  expect(await lab.run('Get-RemoteDomain')).toMatchObject([
    { Name: 'Default', DomainName: '*', AllowedOOFType: 'External', TargetDeliveryDomain: false },
  ]);
  await lab.run('New-RemoteDomain "Hybrid Domain - a" -DomainName a.mail.onmicrosoft.test');
  await lab.run('New-RemoteDomain "Hybrid Domain - b" -DomainName b.mail.onmicrosoft.test');
  await lab.run(
    'Set-RemoteDomain "Hybrid Domain - a" -TargetDeliveryDomain $true -AllowedOOFType InternalLegacy -TNEFEnabled $true -TrustedMailOutboundEnabled $true',
  );
  await lab.run('Set-RemoteDomain "Hybrid Domain - b" -TargetDeliveryDomain $true');
  await lab.run('Set-RemoteDomain Default -AutoForwardEnabled $false');
  expect(await lab.run('Get-RemoteDomain')).toMatchObject([
    { Name: 'Default', AutoForwardEnabled: false },
    { Name: 'Hybrid Domain - a', TargetDeliveryDomain: false, AllowedOOFType: 'InternalLegacy', TNEFEnabled: true },
    { Name: 'Hybrid Domain - b', TargetDeliveryDomain: true, TNEFEnabled: null },
  ]);
  expect((await refusal('Remove-RemoteDomain Default'))[1]).toMatch(/cannot be removed/);
});

test('rights', async () => {
  await lab.run('Add-MailboxPermission svc -User mary -AccessRights FullAccess');
  expect(await lab.run('Get-MailboxPermission svc')).toMatchObject([
    { User: 'NT AUTHORITY\\SELF' },
    { User: 'CONTOSO\\mary', AccessRights: ['FullAccess'] },
  ]);
  await lab.run('Remove-MailboxPermission svc -User mary -AccessRights FullAccess');
  expect(await lab.run('Get-MailboxPermission svc -User mary')).toEqual([]);
  await lab.run('Add-ADPermission svc -User mary -ExtendedRights "Send As"');
  expect(await lab.run('Get-ADPermission svc')).toMatchObject([{ User: 'CONTOSO\\mary', ExtendedRights: ['Send-As'] }]);
  expect((await refusal('Add-MailboxPermission svc -User service -AccessRights FullAccess'))[0]).toBe('operation-failed');
  expect((await refusal('Add-MailboxPermission svc -User mary -AccessRights ChangeOwner'))[0]).toBe('bad-parameter');
  const denial = '-User "Exchange Servers" -AccessRights ReadProperty';
  expect((await refusal(`Add-ADPermission svc ${denial}`))[0]).toBe('bad-parameter');
  expect((await refusal('Add-ADPermission svc -User mary -AccessRights ReadProperty -Deny'))[0]).toBe('bad-parameter');
  expect((await refusal('Add-ADPermission svc -User mary -AccessRights WriteDacl -Deny'))[0]).toBe('bad-parameter');
  expect((await refusal('Add-ADPermission svc -User mary'))[0]).toBe('bad-parameter');
  expect(await lab.run(`Add-ADPermission svc ${denial} -Deny`)).toMatchObject([{ User: 'Exchange Servers', Deny: true }]);
  expect(await lab.run(`Add-ADPermission EX-SE-01 ${denial} -Deny`)).toMatchObject([{ Identity: 'EX-SE-01', Deny: true }]);
  expect(await lab.run('Get-ADPermission svc')).toMatchObject([{ Deny: true }, { User: 'CONTOSO\\mary' }]);
  expect(await lab.run('Get-ADPermission svc -User mary')).toMatchObject([{ Deny: false }]);
  await lab.run(`Remove-ADPermission svc ${denial} -Deny`);
  await lab.run(`Remove-ADPermission EX-SE-01 ${denial} -Deny`);
  expect(await lab.run('Get-ADPermission EX-SE-01')).toEqual([]);
  expect((await refusal('New-SyncMailPublicFolder -Name Orders -Alias orders', 'contoso-cloud'))[0]).toBe('bad-parameter');
  await lab.run('Add-RecipientPermission info -Trustee joe -AccessRights SendAs', 'contoso-cloud');
  expect(await lab.run('Get-RecipientPermission info', 'contoso-cloud')).toMatchObject([
    { Trustee: 'joe@contoso.test', AccessRights: ['SendAs'] },
  ]);
  await lab.run('Set-CASMailbox mary -EwsEnabled $false -OWAEnabled $false');
  expect(await lab.run('Get-CASMailbox mary')).toMatchObject([{ EwsEnabled: false, OWAEnabled: false, MAPIEnabled: true }]);
  await lab.run('Set-CASMailbox mary -EwsEnabled $null');
  expect(await lab.run('Get-CASMailbox mary')).toMatchObject([{ EwsEnabled: null, OWAEnabled: false }]);
});
