import { Refusal } from '../../kernel/refusal.ts';

/**
 * What notifications may refuse. `subscription-not-found`: there is none of that id, or there is no more;
 * `subscription-expired`: it was not asked for in time and is gone now; `too-many-subscriptions`: the subscriber has as many
 * as he may.
 */
export type NotificationRefusalCode = 'subscription-not-found' | 'subscription-expired' | 'too-many-subscriptions';

/** A refusal of notifications. `detail` is for the journal, never for a client. */
export function notificationRefusal(code: NotificationRefusalCode, detail: string): Refusal<NotificationRefusalCode> {
  return new Refusal(code, { detail });
}
