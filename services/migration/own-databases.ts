import { setTimeout as delay } from 'node:timers/promises';
import type { DestinationMailbox, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import { type StallCause, stalledDetail } from '../../shared/domain/migration/request-status.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Seams } from '../../shared/kernel/seams.ts';

/**
 * Asked before the service reads or writes a database of its organisation; the seam `mrs.store`. Refuses with `stalled`, whose value
 * `Detail` is the StatusDetail, or by the exception of a rule.
 */
export type AskDatabase = (access: 'read' | 'write') => Promise<void>;

/** What is asked for the request of somebody; `user` of a rule is his alias, `op` is `read` or `write`. */
export function databaseOfRequest(seams: Seams, { name }: Organization, { alias, direction }: MoveRequest): AskDatabase {
  const side = direction === 'Pull' ? 'Target' : 'Source';
  return async (access) => {
    const decision = seams.at('mrs.store', { service: 'migration', organization: name, operation: access, user: alias });
    const effect = decision?.effect;
    if (effect?.kind === 'latency') await delay(effect.delayMs);
    if (effect?.kind === 'stall') {
      const Detail = stalledDetail(side, effect.cause as StallCause);
      throw new Refusal('stalled', { detail: `a database is behind: ${effect.cause}`, values: { Detail, Side: side } });
    }
    if (effect?.kind === 'exception')
      throw new Refusal(effect.type, { detail: effect.message, values: { Message: effect.message, Side: side } });
  };
}

/** An end of the organisation's own that asks before each portion. */
export function askingSource(source: SourceMailbox, ask: AskDatabase): SourceMailbox {
  return {
    ...source,
    async *export(messages) {
      for await (const portion of source.export(messages)) {
        await ask('read');
        yield portion;
      }
    },
  };
}

export function askingDestination(destination: DestinationMailbox, ask: AskDatabase): DestinationMailbox {
  return {
    ...destination,
    async putMessages(messages) {
      await ask('write');
      return destination.putMessages(messages);
    },
  };
}
