import { positionFromNumbers, positionNumbers, type SyncPosition } from '../../shared/domain/mailbox/sync-position.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { decodeSyncState, encodeSyncState, type SyncState } from '../../shared/protocols/ews/sync-state.ts';
import { ewsRefusal } from './failures.ts';

/** What a sync state belongs to. */
interface SyncScope {
  readonly kind: SyncState['kind'];
  readonly mailbox: Guid;
  readonly folder: number;
}

/** Where a client stands; undefined when it begins. Refuses a state that is none, or that of another folder. */
export function readSyncState(text: string | undefined, { kind, mailbox, folder }: SyncScope): SyncPosition | undefined {
  if (text === undefined || text === '') return undefined;
  const state = decodeSyncState(text);
  const position = state === undefined ? undefined : positionFromNumbers(state.numbers);
  if (state === undefined || position === undefined || state.kind !== kind || state.mailbox !== mailbox || state.folder !== folder) {
    throw ewsRefusal('ErrorInvalidSyncStateData', {
      detail: state === undefined ? 'not a sync state' : `a state of ${state.kind} of folder ${state.folder}`,
    });
  }
  return position;
}

/** The state that a client hands back next time. */
export function writeSyncState(position: SyncPosition, scope: SyncScope): string {
  return encodeSyncState({ ...scope, numbers: positionNumbers(position) });
}
