import { type CmdletObject, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import type { LineValue, Written } from '../line/command-line.ts';
import { type Bindable, type Bound, type BoundValue, convertWritten } from '../parameter-binder.ts';

/** A thing that goes through a pipe. */
export interface Item {
  readonly object: CmdletObject;
  /** It is the value of the object's only property: Select-Object -ExpandProperty took it out. */
  readonly expanded: boolean;
}

/**
 * Parameters that take pipeline input, of those that exist here: the column "Accept pipeline input" of the cmdlets' pages
 * (MicrosoftDocs/office-docs-powershell, exchange/exchange-ps). The pages do not tell values from property names; here an
 * `Identity` takes the object's identity, every other one the property of its name. A cmdlet that is not named takes
 * nothing from a pipe.
 */
export const pipelineInput: Readonly<Record<string, readonly string[]>> = {
  'Get-AutodiscoverVirtualDirectory': ['Identity'],
  'Set-AutodiscoverVirtualDirectory': ['Identity'],
  'Get-WebServicesVirtualDirectory': ['Identity'],
  'Set-WebServicesVirtualDirectory': ['Identity'],
  'Get-ApplicationAccessPolicy': ['Identity'],
  'New-ApplicationAccessPolicy': ['AppId', 'PolicyScopeGroupId'],
  'Set-ApplicationAccessPolicy': ['Identity'],
  'Remove-ApplicationAccessPolicy': ['Identity'],
  'Test-ApplicationAccessPolicy': ['Identity', 'AppId'],
  'Get-AuthServer': ['Identity'],
  'Set-AuthServer': ['Identity'],
  'Remove-AuthServer': ['Identity'],
  'Get-ExchangeCertificate': ['Thumbprint'],
  'Enable-ExchangeCertificate': ['Thumbprint'],
  'Remove-ExchangeCertificate': ['Thumbprint'],
  'Add-FederatedDomain': ['Identity'],
  'Remove-FederatedDomain': ['Identity'],
  'Get-FederatedDomainProof': ['DomainName'],
  'Get-FederatedOrganizationIdentifier': ['Identity'],
  'Set-FederatedOrganizationIdentifier': ['Identity'],
  'Get-FederationTrust': ['Identity'],
  'New-FederationTrust': ['Thumbprint'],
  'Set-FederationTrust': ['Identity'],
  'Remove-FederationTrust': ['Identity'],
  'Get-AvailabilityAddressSpace': ['Identity'],
  'Set-AvailabilityAddressSpace': ['Identity'],
  'Remove-AvailabilityAddressSpace': ['Identity'],
  'Remove-AvailabilityConfig': ['Identity'],
  'Get-IntraOrganizationConnector': ['Identity'],
  'Set-IntraOrganizationConnector': ['Identity'],
  'Remove-IntraOrganizationConnector': ['Identity'],
  'Get-MailboxCalendarConfiguration': ['Identity'],
  'Set-MailboxCalendarConfiguration': ['Identity'],
  'Get-MailboxFolderPermission': ['Identity'],
  'Add-MailboxFolderPermission': ['Identity'],
  'Set-MailboxFolderPermission': ['Identity'],
  'Remove-MailboxFolderPermission': ['Identity'],
  'Get-ManagementRole': ['Identity'],
  'Get-ManagementRoleEntry': ['Identity'],
  'Get-ManagementRoleAssignment': ['Identity', 'Role'],
  'New-ManagementRoleAssignment': ['Role'],
  'Remove-ManagementRoleAssignment': ['Identity'],
  'Get-ManagementScope': ['Identity'],
  'Remove-ManagementScope': ['Identity'],
  'Get-OrganizationRelationship': ['Identity'],
  'New-OrganizationRelationship': ['DomainNames', 'TargetApplicationUri', 'TargetAutodiscoverEpr', 'TargetOwaURL'],
  'Set-OrganizationRelationship': ['Identity', 'DomainNames', 'TargetApplicationUri', 'TargetAutodiscoverEpr', 'TargetOwaURL'],
  'Remove-OrganizationRelationship': ['Identity'],
  'Test-OrganizationRelationship': ['Identity'],
  'Get-PartnerApplication': ['Identity'],
  'Set-PartnerApplication': ['Identity'],
  'Remove-PartnerApplication': ['Identity'],
  'Get-AcceptedDomain': ['Identity'],
  'Set-AcceptedDomain': ['Identity'],
  'Remove-AcceptedDomain': ['Identity'],
  'Get-ADPermission': ['Identity'],
  'Add-ADPermission': ['Identity'],
  'Remove-ADPermission': ['Identity'],
  'Get-CASMailbox': ['Identity'],
  'Set-CASMailbox': ['Identity'],
  'Get-DistributionGroup': ['Identity'],
  'Set-DistributionGroup': ['Identity'],
  'Remove-DistributionGroup': ['Identity'],
  'Get-DistributionGroupMember': ['Identity'],
  'Add-DistributionGroupMember': ['Identity'],
  'Remove-DistributionGroupMember': ['Identity'],
  'Get-EmailAddressPolicy': ['Identity'],
  'Set-EmailAddressPolicy': ['Identity'],
  'Remove-EmailAddressPolicy': ['Identity'],
  'Update-EmailAddressPolicy': ['Identity'],
  'Get-MailContact': ['Identity'],
  'Set-MailContact': ['Identity'],
  'Remove-MailContact': ['Identity'],
  'Get-MailPublicFolder': ['Identity'],
  'Enable-MailPublicFolder': ['Identity'],
  'Set-MailPublicFolder': ['Identity'],
  'Disable-MailPublicFolder': ['Identity'],
  'Get-MailUser': ['Identity'],
  'Enable-MailUser': ['Identity'],
  'Set-MailUser': ['Identity'],
  'Disable-MailUser': ['Identity'],
  'Remove-MailUser': ['Identity'],
  'Get-Mailbox': ['Identity'],
  'Enable-Mailbox': ['Identity'],
  'Set-Mailbox': ['Identity'],
  'Disable-Mailbox': ['Identity'],
  'Remove-Mailbox': ['Identity'],
  'Get-MailboxPermission': ['Identity'],
  'Add-MailboxPermission': ['Identity'],
  'Remove-MailboxPermission': ['Identity'],
  'Get-RecipientPermission': ['Identity'],
  'Add-RecipientPermission': ['Identity'],
  'Remove-RecipientPermission': ['Identity'],
  'Get-RemoteDomain': ['Identity'],
  'Set-RemoteDomain': ['Identity'],
  'Remove-RemoteDomain': ['Identity'],
  'Get-RemoteMailbox': ['Identity'],
  'Enable-RemoteMailbox': ['Identity'],
  'Set-RemoteMailbox': ['Identity'],
  'Disable-RemoteMailbox': ['Identity'],
  'Remove-RemoteMailbox': ['Identity'],
  'Get-User': ['Identity'],
  'Set-User': ['Identity'],
  'Get-Recipient': ['Identity'],
  'Get-RoleGroup': ['Identity'],
  'Set-RoleGroup': ['Identity'],
  'Remove-RoleGroup': ['Identity'],
  'Get-RoleGroupMember': ['Identity'],
  'Add-RoleGroupMember': ['Identity'],
  'Remove-RoleGroupMember': ['Identity'],
  'Get-SettingOverride': ['Identity'],
  'Remove-SettingOverride': ['Identity'],
};

/**
 * What was written, and from the object what was not. Refuses with `bad-parameter` an object that gives nothing to a
 * parameter, or that lacks what the cmdlet cannot do without.
 */
export function bindPiped(name: string, cmdlet: Bindable, written: Bound, { object, expanded }: Item): Bound {
  const bound: Record<string, BoundValue> = { ...written };
  const taking = pipelineInput[name] ?? [];
  let taken = false;
  for (const parameter of taking) {
    const told = propertyOf(object, expanded ? undefined : parameter);
    // What is written wins, and the object has been of use all the same.
    if (told === undefined || (expanded && parameter !== taking[0])) continue;
    taken = true;
    if (Object.hasOwn(bound, parameter)) continue;
    const type = cmdlet.parameters[parameter] ?? 'text';
    const value = writtenAs(told);
    if (value === undefined || (isNothing(told) && !type.startsWith('nullable'))) continue;
    bound[parameter] = convertWritten(type, parameter, value);
  }
  // ParameterBinderStrings.resx, InputObjectNotBound
  if (!taken || cmdlet.required.some((parameter) => !Object.hasOwn(bound, parameter)))
    throw cmdletRefusal(
      'bad-parameter',
      'The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or ' +
        `the input and its properties do not match any of the parameters that take pipeline input. ${whatFits(name, taking)}`,
    );
  return bound;
}

function whatFits(name: string, taking: readonly string[]): string {
  return taking.length === 0 ? `${name} takes none.` : `${name} takes ${taking.join(', ')}.`;
}

/** A property in any case, or without a name the only one. */
function propertyOf(object: CmdletObject, name: string | undefined): ShownValue | undefined {
  return Object.entries(object).find(([own]) => name === undefined || own.toLowerCase() === name.toLowerCase())?.[1];
}

function isNothing(value: ShownValue): boolean {
  return value === null || value === '';
}

/** As it would be written on the line; undefined for what could not be. */
export function writtenAs(value: ShownValue): Written | undefined {
  if (value instanceof Date) return { kind: 'value', value: value.toISOString(), bare: false };
  if (typeof value === 'number') return { kind: 'value', value: String(value), bare: true };
  if (value === null || typeof value !== 'object') return { kind: 'value', value, bare: false };
  if (!Array.isArray(value)) return undefined;
  const values = (value as readonly ShownValue[]).map(writtenAs);
  const plain = values.filter((one): one is LineValue => one?.kind === 'value');
  return plain.length === values.length ? { kind: 'list', values: plain } : undefined;
}
