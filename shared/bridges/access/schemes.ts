import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { allowsBasic, type VirtualDirectoryKind } from '../../domain/organization/virtual-directories.ts';

/** Where somebody knocks: a virtual directory of an organisation, reached by a name. */
export interface AccessPoint {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly virtualDirectory: VirtualDirectoryKind;
  /** Name that the request came by, without port. */
  readonly host: string;
}

/** A way to sign in: its `WWW-Authenticate` line at an access point, or undefined where it is not offered. */
export interface Scheme {
  readonly name: string;
  challenge(point: AccessPoint): string | undefined;
}

const basic: Scheme = {
  name: 'Basic',
  challenge(point) {
    if (!allowsBasic(point.organization, point.settings, point.virtualDirectory)) return undefined;
    return profileOf(point.organization.product).basicRealm === 'empty' ? 'Basic Realm=""' : `Basic realm="${realmOf(point)}"`;
  },
};

/** The schemes that are spoken here, in the order in which Exchange offers them: Bearer, Negotiate, NTLM, Basic (reference auth.md 2.7). */
const schemes: readonly Scheme[] = [basic];

/** Values of the `WWW-Authenticate` headers of a 401, in order; empty when nothing is offered. */
export function challenges(point: AccessPoint): readonly string[] {
  return schemes.flatMap((scheme) => scheme.challenge(point) ?? []);
}

/** The requested name when it is the organisation's own; a request by `localhost` is told the published one. */
function realmOf({ organization, virtualDirectory, host }: AccessPoint): string {
  const { web, autodiscover, redirectOnly } = organization.hosts;
  const asked = host.toLowerCase();
  if ([web, autodiscover, ...redirectOnly].includes(asked)) return asked;
  return virtualDirectory === 'AutodiscoverVirtualDirectory' ? autodiscover : web;
}
