import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { type SchannelVersion, schannelVersions, takenVersions } from '../../../shared/domain/organization/schannel-protocols.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { type TakenVersions, takenVersionsOf } from '../../../shared/service/taken-versions.ts';

/** The versions of TLS that an organisation's servers take: as the registry says, else as their product left them. */
export function tlsVersions(organization: Pick<Organization, 'product' | 'era'>, settings: Settings): TakenVersions {
  const usual = usualVersions(organization);
  return takenVersionsOf(takenVersions(settings, usual) ?? usual);
}

/**
 * Exchange 2007 and 2010 know none above 1.2 and 2016 takes all that Windows has, Setup of Exchange 2019 leaves 1.2 on ("Exchange
 * Server TLS configuration best practices"). Exchange Online ended the older ones between 2020 and 2022.
 */
function usualVersions({ product, era }: Pick<Organization, 'product' | 'era'>): readonly SchannelVersion[] {
  if (product === 'exchange-2007' || product === 'exchange-2010') return ['TLS 1.0', 'TLS 1.1', 'TLS 1.2'];
  return product === 'exchange-2016' || era === '2016' || era === '2019' ? schannelVersions : ['TLS 1.2', 'TLS 1.3'];
}
