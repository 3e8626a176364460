import { profileOf } from '../../domain/organization/profiles.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';

/** Exchange 2010 SP2 Update Rollup 1; the wizard of an earlier one lists no wildcard certificates. */
const wildcardsFrom = [14, 2, 283, 3] as const;

/**
 * The host in the certificate that mail between both sides is secured with: of the certificates that are enabled for SMTP, else
 * what the organisation's listeners present. Refuses with `operation-failed` where the wizard would list none ("Office 365 -
 * Hybrid Configuration Wizard (HCW)", Daniel Kenyon-Smith's blog: "you most probably see an empty box").
 */
export async function secureMailHost({ organization, transaction }: Pick<CmdletScope, 'organization' | 'transaction'>): Promise<string> {
  const { smtp, web } = organization.hosts;
  const stored = (await transaction((tx) => exchangeCertificates.list(tx, organization.name))).map(({ value }) => value);
  const enabled = stored.filter(({ Services }) => Services?.includes('SMTP') === true);
  if (enabled.length === 0) return smtp ?? web;
  const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
  const listed = offered(enabled, [major, minor, majorBuild, minorBuild]);
  if (listed.length === 0) {
    const text = 'The list of certificates for secure mail is empty: a wildcard certificate is not in it before Exchange 2010 SP2 Update';
    throw cmdletRefusal('operation-failed', `${text} Rollup 1. Enable one for SMTP that names the host.`);
  }
  const names = listed.map(commonName);
  return names.find((name) => !name.startsWith('*.')) ?? smtp ?? web;
}

function offered(certificates: readonly ExchangeCertificate[], version: readonly number[]): readonly ExchangeCertificate[] {
  return isBefore(version, wildcardsFrom) ? certificates.filter((one) => !commonName(one).startsWith('*.')) : certificates;
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  const different = other.findIndex((part, index) => part !== version[index]);
  return different !== -1 && (version[different] ?? 0) < (other[different] ?? 0);
}

function commonName({ Subject }: ExchangeCertificate): string {
  return /(?:^|,\s*)CN=([^,]+)/i.exec(Subject)?.[1]?.trim().toLowerCase() ?? '';
}
