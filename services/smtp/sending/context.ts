import type { TransportGround } from '../../../shared/bridges/mailflow/accept.ts';
import type { reportOn } from '../../../shared/bridges/mailflow/reports.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { NetworkFacts } from '../../../shared/domain/organization/dns-zones.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../../shared/domain/organization/registry.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { Clock, Instant } from '../../../shared/kernel/clock.ts';
import type { Identifiers } from '../../../shared/kernel/ids.ts';
import type { CertificateStore } from '../../../shared/net/certificates.ts';
import type { Dialer } from '../../../shared/net/dialer.ts';
import type { NameCache } from '../../../shared/net/dns-cache.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Store } from '../../../shared/store/database.ts';

/** Everything that sending needs from outside; the composition root fills it in. */
export interface SenderParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  /** Whether this process sends an organisation's mail. */
  readonly serves: (organization: string) => boolean;
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
  readonly dialer: Pick<Dialer, 'smtp'>;
  /** What DNS says of a name, for as long as it says so. */
  readonly names: Pick<NameCache, 'lookUp'>;
  readonly certificates: Pick<CertificateStore, 'leafFor'>;
  readonly network: NetworkFacts;
  /** Tells senders whom their messages have not reached; undefined: nobody is to be told. */
  readonly report: typeof reportOn;
  /** This process among those that share the store, the same after a restart. */
  readonly holder: string;
  readonly realNow: () => number;
  readonly onDefect: (error: unknown) => void;
}

/** An organisation's transport at one visit of a queue. */
export interface Transport {
  readonly parts: SenderParts;
  readonly ground: TransportGround;
  readonly organization: Organization;
  readonly settings: Settings;
  now(): Instant;
}

/** The transport of an organisation, as it is now. */
export async function openTransport(parts: SenderParts, organization: Organization): Promise<Transport> {
  const { name } = organization;
  const settings = await parts.settings(name);
  const { read } = parts.store;
  const { identifiers } = parts;
  const ground = {
    organization,
    settings,
    read,
    blobs: (hash: string) => readBlob(read, hash),
    directory: parts.directory(name),
    identifiers,
  };
  return { parts, ground, organization, settings, now: () => parts.clock.now(name) };
}
