import type { BatchFrame, RemoteMoves } from '../../domain/migration/batches.ts';
import type { MoveParts } from '../../domain/migration/move-request.ts';
import { requireDomain } from '../address-given.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { listGiven, requireOneSet, textGiven } from '../given.ts';
import type { NewMove } from '../move-request/create.ts';
import { unmovable } from '../move-request/preconditions.ts';
import { usualTerms } from '../move-request/terms-given.ts';
import type { BatchKind, Starting } from './batch-kind.ts';
import { listGivenAs } from './batch-list.ts';
import { nobody } from './nobody.ts';
import { termsOfUser } from './user-terms.ts';

/** Mailboxes that move between organisations. */
export const remoteMoveBatches: BatchKind<RemoteMoves> = {
  type: 'ExchangeRemoteMove',
  parameters: {
    ...{ TargetEndpoint: 'text', TargetDeliveryDomain: 'text', TargetDatabases: 'list', TargetArchiveDatabases: 'list' },
    ...{ PrimaryOnly: 'switch', ArchiveOnly: 'switch', ArchiveDomain: 'text', AutoComplete: 'switch', CompleteAfter: 'date' },
    ...{ BadItemLimit: 'text', LargeItemLimit: 'text', MoveOptions: 'list' },
  },
  async content(_scope, given) {
    requireOneSet(given, [['PrimaryOnly'], ['ArchiveOnly']]);
    const deliveryDomain = textGiven(given, 'TargetDeliveryDomain');
    if (deliveryDomain === undefined) throw cmdletRefusal('bad-parameter', 'A batch of remote moves needs -TargetDeliveryDomain.');
    const parts: MoveParts =
      given['ArchiveOnly'] === true ? 'ArchiveOnly' : given['PrimaryOnly'] === true ? 'PrimaryOnly' : 'PrimaryAndArchive';
    if (parts === 'ArchiveOnly' && textGiven(given, 'ArchiveDomain') === undefined)
      throw cmdletRefusal('bad-parameter', 'You must specify the ArchiveDomain parameter');
    return {
      ...{ type: 'ExchangeRemoteMove', deliveryDomain: requireDomain('TargetDeliveryDomain', deliveryDomain), parts },
      targetDatabases: listGiven(given, 'TargetDatabases') ?? [],
      targetArchiveDatabases: listGiven(given, 'TargetArchiveDatabases') ?? [],
      moveOptions: listGiven(given, 'MoveOptions') ?? [],
    };
  },
  list: (_scope, given, { direction }) => Promise.resolve(listGivenAs(given, direction === 'Onboarding' ? 'onboarding' : 'offboarding')),
  async start(scope, starting) {
    const { organization, directory } = scope;
    const person = await directory(organization.name).byAddress(starting.user.address);
    if (person === undefined) return { person, problem: nobody(starting.user.address) };
    const move = moveOf(scope, starting);
    const problem = unmovable(organization, person, move);
    return problem === undefined ? { person, move } : { person, problem };
  },
  change(given) {
    const moveOptions = listGiven(given, 'MoveOptions');
    return moveOptions === undefined ? {} : { moveOptions };
  },
  shown: ({ deliveryDomain, targetDatabases, targetArchiveDatabases, parts, moveOptions }) => ({
    TargetDeliveryDomain: deliveryDomain,
    TargetDatabases: targetDatabases,
    TargetArchiveDatabases: targetArchiveDatabases,
    PrimaryOnly: parts === 'PrimaryOnly',
    ArchiveOnly: parts === 'ArchiveOnly',
    MoveOptions: moveOptions,
  }),
};

function moveOf(scope: CmdletScope, { batch, user, endpoint }: Starting<BatchFrame & RemoteMoves>): NewMove {
  const spread = (names: readonly string[]): string | null => names[(user.position - 1) % Math.max(1, names.length)] ?? null;
  return {
    ...{ type: batch.type, direction: batch.direction === 'Onboarding' ? 'Pull' : 'Push' },
    parts: user.parts ?? batch.parts,
    deliveryDomain: batch.deliveryDomain,
    terms: termsOfUser(usualTerms(scope, endpoint.remoteServer), batch, user),
    targetDatabase: user.targetDatabase ?? spread(batch.targetDatabases),
    targetArchiveDatabase: user.targetArchiveDatabase ?? spread(batch.targetArchiveDatabases),
  };
}
