import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { SmtpTlsSettings } from '../../../shared/service/smtp-profile.ts';

const all: Pick<SmtpTlsSettings, 'minVersion' | 'maxVersion' | 'ciphers'> = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' };

/**
 * The versions of TLS that an organisation's servers take: Exchange 2007 and 2010 know none above 1.2 and 2016 takes all that Windows has,
 * Setup of Exchange 2019 leaves 1.2 on ("Exchange Server TLS configuration best practices"). Exchange Online ended the older ones
 * between 2020 and 2022.
 */
export function tlsVersions({ product, era }: Pick<Organization, 'product' | 'era'>): typeof all {
  if (product === 'exchange-2007' || product === 'exchange-2010') return { ...all, maxVersion: 'TLSv1.2' };
  if (product === 'exchange-2016') return all;
  return era === '2016' || era === '2019' ? all : { minVersion: 'TLSv1.2' };
}
