import type { FastifyInstance } from 'fastify';
import type { Directory } from '../shared/domain/directory/directory.ts';
import type { Organizations } from '../shared/domain/organization/registry.ts';
import type { Settings } from '../shared/domain/organization/settings.ts';
import type { Identifiers } from '../shared/kernel/ids.ts';
import type { Seams } from '../shared/kernel/seams.ts';
import type { Store } from '../shared/store/database.ts';
import { createAutodiscoverService } from './autodiscover/service.ts';
import { createEwsService } from './ews/service.ts';

/** What the services behind the front end are made from. */
export interface ServiceParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/** The services behind the front end, by the names that its table of paths and `--only` use. */
export const catalogue: Readonly<Record<string, (parts: ServiceParts) => FastifyInstance>> = {
  autodiscover: createAutodiscoverService,
  ews: createEwsService,
};
