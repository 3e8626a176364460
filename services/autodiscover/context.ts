import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Seams } from '../../shared/kernel/seams.ts';

/** Everything that Autodiscover needs from outside; the composition root fills it in. */
export interface AutodiscoverContext {
  readonly organizations: () => Promise<Organizations>;
  /** The directory of an organisation, by its name. */
  readonly directory: (organization: string) => Directory;
  /** The configuration objects of an organisation. */
  readonly settings: (organization: string) => Promise<Settings>;
  /** The port under which clients reach each organisation's https listener, by organisation. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  readonly seams: Seams;
}

/** Who is asked, how it was reached, and when. Operations get nothing else. */
export interface Asked {
  readonly organization: Organization;
  readonly authority: Authority;
  readonly instant: Instant;
}
