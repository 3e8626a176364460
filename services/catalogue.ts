import type { FastifyInstance } from 'fastify';
import type { Directory } from '../shared/domain/directory/directory.ts';
import type { Spelling } from '../shared/domain/organization/advertised-urls.ts';
import type { Organizations } from '../shared/domain/organization/registry.ts';
import type { Settings } from '../shared/domain/organization/settings.ts';
import type { Clock } from '../shared/kernel/clock.ts';
import type { Identifiers } from '../shared/kernel/ids.ts';
import type { Seams } from '../shared/kernel/seams.ts';
import type { Dialer } from '../shared/net/dialer.ts';
import type { Store } from '../shared/store/database.ts';
import { createAutodiscoverService } from './autodiscover/service.ts';
import { createEwsService } from './ews/service.ts';

/** What the services are made from. */
export interface ServiceParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  /** Of an organisation; '' gives those of the authentication service. */
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
  /** The https port under which clients reach each organisation, and `azure-auth`. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  /** How virtual hosts are called in addresses that are given out. */
  readonly spell: Spelling;
  /** World time; what an exchange is judged by is its own `instant`. */
  readonly clock: Clock;
  /** The way to other servers of the world; not inside a transaction. */
  readonly dialer: Pick<Dialer, 'https'>;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/**
 * The services behind a listener, by the names that `--only` uses. The front end's table of paths names those of the
 * organisations; `azure-auth` has a listener of its own.
 */
export const catalogue: Readonly<Record<string, (parts: ServiceParts) => FastifyInstance>> = {
  autodiscover: createAutodiscoverService,
  ews: createEwsService,
};

/** Services that a lab is ready without: many never ask them, so their code is loaded after the start or by the first request. */
export const lateCatalogue: Readonly<Record<string, (parts: ServiceParts) => Promise<FastifyInstance>>> = {
  'azure-auth': async (parts) => (await import('./azure-auth/service.ts')).createAzureAuthService(parts),
};
