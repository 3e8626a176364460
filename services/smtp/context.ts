import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { NetworkFacts } from '../../shared/domain/organization/dns-zones.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import { serverNameOf } from '../../shared/domain/organization/servers.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { TimeLimits } from '../../shared/kernel/time-limit.ts';
import type { CertificateStore } from '../../shared/net/certificates.ts';
import type { Store } from '../../shared/store/database.ts';
import type { StepParts } from './steps.ts';

/** Everything that submission needs from outside; the composition root fills it in. */
export interface SubmissionParts extends StepParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
  readonly identifiers: Identifiers;
  readonly certificates: Pick<CertificateStore, 'leafFor' | 'authorityFor' | 'secureContextFor'>;
}

/** What taking other servers' mail needs besides. */
export interface TransportParts extends SubmissionParts {
  /** Where the servers of the world are. */
  readonly network: NetworkFacts;
  readonly certificates: Pick<CertificateStore, 'leafFor' | 'authorityFor' | 'secureContextFor' | 'caPem'>;
  /** Waits by the world's clock; absent: by the machine's. */
  readonly limits?: TimeLimits;
}

/** Fully qualified name of the server that answers for an organisation: `EX-SE-01.contoso.test`. */
export function serverHost(organization: Organization | undefined): string | undefined {
  return organization && `${serverNameOf(organization)}.${organization.domains[0] ?? organization.hosts.web}`;
}
