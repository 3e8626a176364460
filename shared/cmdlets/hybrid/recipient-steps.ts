import { defaultPolicyName } from '../../domain/directory/email-address-policies.ts';
import type { HybridStep } from './stage.ts';

/** Makes the coexistence domain one of the organisation's own, so that its recipients may have addresses in it. */
export const acceptCoexistenceDomain: HybridStep = async ({ onPremises, coexistenceDomain }) => {
  const domains = await onPremises.run('Get-AcceptedDomain');
  if (domains.some(({ DomainName }) => DomainName === coexistenceDomain)) return;
  await onPremises.run('New-AcceptedDomain', { Name: coexistenceDomain, DomainName: coexistenceDomain });
};

/**
 * "Update Default Recipient Policy to add <alias>@TenantName.mail.onmicrosoft.com; apply the updated Default Recipient Policy
 * immediately": without that address a mailbox cannot be moved to the tenant.
 */
export const updateAddressPolicy: HybridStep = async ({ onPremises, coexistenceDomain }) => {
  const policies = await onPremises.run('Get-EmailAddressPolicy', { Identity: defaultPolicyName });
  const templates = policies[0]?.['EnabledEmailAddressTemplates'];
  const known = Array.isArray(templates) ? templates.map(String) : [];
  const template = `smtp:%m@${coexistenceDomain}`;
  if (!known.includes(template))
    await onPremises.run('Set-EmailAddressPolicy', {
      Identity: defaultPolicyName,
      EnabledEmailAddressTemplates: [...known, template],
    });
  await onPremises.run('Update-EmailAddressPolicy', { Identity: defaultPolicyName });
};
