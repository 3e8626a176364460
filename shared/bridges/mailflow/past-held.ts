import { isHeld } from '../../domain/mailbox/transit.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { TransportGround } from './accept.ts';

/** Mailboxes that may be locked between a plan and its transaction, one after the other. A bound of ours. */
const mostRounds = 4;

/**
 * Runs what plans deliveries and carries them out in one transaction. Few mailboxes are ever locked by a move, so none is asked
 * before; where one refuses, the work is done again on a ground that asks, and what is for that mailbox waits in a queue. Refuses
 * with `scope-held` where something else than mail is kept from a mailbox, as the copy of whoever sends.
 */
export async function pastHeld<T>(ground: TransportGround, work: (ground: TransportGround) => Promise<T>): Promise<T> {
  const asking: TransportGround = { ...ground, isHeld: (mailbox) => isHeld(ground.read, mailbox) };
  for (let round = 1; ; round += 1) {
    try {
      return await work(round === 1 ? ground : asking);
    } catch (error) {
      if (round === mostRounds || !(error instanceof Refusal && error.code === 'scope-held')) throw error;
    }
  }
}
