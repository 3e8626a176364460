import { type QueuedMessage, readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { Transport } from './context.ts';

/** Recipients that are read at once. */
export const batch = 200;

export type Narrowing = Pick<Parameters<typeof readMessages>[2], 'status' | 'expiring' | 'untoldSince'>;

/** Messages of a queue, batch by batch, each once. */
export async function* found({ parts, organization }: Transport, queue: number, narrowing: Narrowing): AsyncGenerator<QueuedMessage> {
  for (let after = 0; ; ) {
    const messages = await readMessages(parts.store.read, organization.name, { ...narrowing, queue, after, limit: batch });
    yield* messages;
    const last = messages.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}
