import { moveScope } from '../shared/domain/migration/move-requests.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { machineNow } from '../shared/kernel/machine-clock.ts';
import type { Dialer } from '../shared/net/dialer.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { Mover } from './migration/mover.ts';
import { type Waking, wakeWithWork } from './woken-worker.ts';

export interface MovingParts {
  readonly config: Pick<Config, 'services'>;
  readonly foundation: Foundation;
  readonly organizations: readonly Organization[];
  readonly dialer: Pick<Dialer, 'hold' | 'imap'>;
}

/** The replication service of a process. What moves mailboxes is loaded when there is a request. */
export function openMoving({ config, foundation, organizations, dialer }: MovingParts): Waking | undefined {
  if (!config.services.has('migration')) return undefined;
  const { store, registry, directory, clock, identifiers, log, moveTimers, holder, seams } = foundation;
  const onDefect = (error: unknown): void =>
    log.log('error', `a mailbox could not be moved: ${error instanceof Error ? error.stack : String(error)}`);
  const load = async (): Promise<Mover> => {
    const [{ createMover }, { discardCopies, openEnds }, { publicFolderDoors }] = await Promise.all([
      import('./migration/mover.ts'),
      import('./migration/ends.ts'),
      import('./migration/public-folders/doors.ts'),
    ]);
    const parts = {
      ...{ store, directory, clock, identifiers, holder, onDefect, dialer, seams, realNow: machineNow },
      imap: (call: Parameters<Dialer['imap']>[0]) => dialer.imap(call),
      organizations: () => registry.current(),
    };
    return createMover({ ...parts, open: openEnds(parts), discard: discardCopies(parts), publicFolders: publicFolderDoors(parts) });
  };
  return wakeWithWork({ store, organizations, scopeOf: moveScope, isLeft: () => anythingMoves(store), load, timers: moveTimers, onDefect });
}

/** Whether an earlier run left a request. */
async function anythingMoves({ read }: Foundation['store']): Promise<boolean> {
  return (await read.selectFrom('move_request').select('guid').limit(1).executeTakeFirst()) !== undefined;
}
