import { eraOf } from '../../domain/organization/eras.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import { hybridOf } from '../topology.ts';
import { found } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

export const ewsDisabled: Misconfiguration = {
  id: 'ews-disabled',
  title: 'EWS is off in the tenant, or not for this application',
  symptom: 'The request failed with HTTP status 403: Forbidden.',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: 'Exchange Team Blog on the end of EWS in Exchange Online; the text of the wire is not published',
  notice: 'Get-OrganizationConfig of the tenant shows EwsEnabled False; from 2026-10 on EwsAllowedAppIDs lacks the application.',
  remedy: "Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs @{Add='<application id>'}; better, Microsoft Graph.",
  variants: {
    off: {
      how: 'EwsEnabled is off in the tenant',
      play(topology) {
        const { name } = hybridOf(topology).tenant;
        const { EwsEnabled } = organizationConfig(topology.settings(name));
        return set(name, 'Set-OrganizationConfig', '-EwsEnabled $false', `-EwsEnabled $${EwsEnabled}`);
      },
    },
  },
  lint: (topology) =>
    topology.organizations.flatMap((organization) => {
      if (organization.era === undefined) return [];
      const { EwsEnabled } = organizationConfig(topology.settings(organization.name));
      const { ewsAccess } = eraOf(organization.era);
      if (EwsEnabled === false) return [found(organization, 'organization configuration', 'EwsEnabled is False')];
      return ewsAccess === 'on' || (ewsAccess === 'allow-list' && EwsEnabled === true)
        ? []
        : [found(organization, 'organization configuration', `EWS is closed in the era ${organization.era} (${ewsAccess})`)];
    }),
};
