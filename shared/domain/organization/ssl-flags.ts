import type { Organization } from './organization.ts';
import type { Settings } from './settings.ts';
import { type SignInDoor, virtualDirectoryOf } from './virtual-directories.ts';

/** What IIS may ask of a connection, by its words (applicationHost schema, `system.webServer/security/access`, sslFlags). */
export const sslFlags = ['Ssl', 'SslNegotiateCert', 'SslRequireCert', 'Ssl128'] as const;

/** Virtual directories whose flags count here. */
export const flaggedDirectories = ['WebServicesVirtualDirectory', 'AutodiscoverVirtualDirectory'] as const;
export type FlaggedDirectory = (typeof flaggedDirectories)[number];

/** As Setup leaves them. */
const usualSslFlags = 'Ssl,Ssl128';

/** The flags of a virtual directory, with commas between. */
export function sslFlagsOf(organization: Organization, settings: Settings, kind: FlaggedDirectory): string {
  const kept = virtualDirectoryOf(organization, settings, kind)['sslFlags'];
  return typeof kept === 'string' ? kept : usualSslFlags;
}

/** Whether nobody is let in without a certificate, whatever he signs in with: `Require` in IIS's manager. */
export function requiresCertificate(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  const behind = door === 'MrsProxy' ? 'WebServicesVirtualDirectory' : door;
  const kind = flaggedDirectories.find((one) => one === behind);
  return kind !== undefined && sslFlagsOf(organization, settings, kind).split(',').includes('SslRequireCert');
}
