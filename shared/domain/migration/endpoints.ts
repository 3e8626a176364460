import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';
import type { RemoteCredential } from './move-request.ts';

/** How migrations reach another organisation. */
export interface MigrationEndpoint {
  readonly name: string;
  readonly guid: Guid;
  readonly type: 'ExchangeRemoteMove';
  /** The host with MRSProxy. */
  readonly remoteServer: string;
  /** Autodiscover told the host. */
  readonly useAutodiscover: boolean;
  readonly credential: RemoteCredential;
  /** Null: without limit. */
  readonly maxConcurrentMigrations: number | null;
  readonly maxConcurrentIncrementalSyncs: number | null;
  readonly created: number;
  readonly modified: number;
}

export const migrationEndpoints = configKind<MigrationEndpoint>('MigrationEndpoint');

/** Defaults and bounds of endpoints (page of New-MigrationEndpoint; "Manage the maximum concurrent migration batches", OfficeDocs-Support). */
export const endpointLimits = { migrations: 100, incrementalSyncs: 20, mostOfType: 300 } as const;
