import type { MigrationBatch } from '../../domain/migration/batches.ts';
import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import { present } from '../../kernel/assert.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import type { BatchKind } from './batch-kind.ts';
import { cutoverBatches } from './cutover-batch.ts';
import { imapBatches } from './imap-batch.ts';
import { publicFolderBatches } from './public-folder-batch.ts';
import { remoteMoveBatches } from './remote-move-batch.ts';
import { stagedBatches } from './staged-batch.ts';

/** What batches carry, a row per type. The endpoint's type chooses the row, and where a type has two, whether there is CSVData. */
export const batchKinds: readonly BatchKind[] = [remoteMoveBatches, imapBatches, cutoverBatches, stagedBatches, publicFolderBatches];

/** The row for a new batch of an endpoint. Refuses a parameter of other rows. */
export function kindFor({ type }: Pick<MigrationEndpoint, 'type'>, given: CmdletParameters): BatchKind {
  const isListed = given['CSVData'] !== undefined;
  const kind = batchKinds.find((one) => one.type === type && (one.isListed ?? isListed) === isListed);
  if (kind === undefined)
    throw cmdletRefusal('operation-failed', `Migration batches of the type ${type} are not supported by this simulation.`);
  const strange = batchKinds
    .flatMap(({ parameters }) => Object.keys(parameters))
    .find((name) => !(name in kind.parameters) && name in given);
  if (strange !== undefined) throw cmdletRefusal('bad-parameter', `-${strange} has no meaning for a batch of the type ${type}.`);
  return kind;
}

/** The row of a batch. */
export function kindOfBatch(batch: MigrationBatch): BatchKind {
  const isListed = batch.type !== 'ExchangeOutlookAnywhere' || batch.way === 'Staged';
  return present(
    batchKinds.find((one) => one.type === batch.type && (one.isListed ?? isListed) === isListed),
    'the row of a type of batches',
  );
}
