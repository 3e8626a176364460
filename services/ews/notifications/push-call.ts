import { type EventPage, readEvents } from '../../../shared/domain/notification/events.ts';
import type { PushTerms, Subscription } from '../../../shared/domain/notification/subscription.ts';
import { endOfLog } from '../../../shared/domain/notification/subscriptions.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { profileOf } from '../../../shared/domain/organization/profiles.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { call } from '../../../shared/protocols/ews/client.ts';
import { requestServerVersions } from '../../../shared/protocols/ews/request-header.ts';
import { sendNotification } from '../../../shared/protocols/ews/send-notification.ts';
import type { EwsContext } from '../context.ts';
import { idsOf } from '../known-mailboxes.ts';
import { tellingLimits } from '../limits.ts';
import { mayFollow } from './followed.ts';
import { type Notice, noticeOf } from './notice.ts';
import { subscriptionIdOf } from './open-subscription.ts';

/** What a subscriber made of a call: he wants more, he wants no more, or he did not answer as one who was asked does. */
export type Answered = 'OK' | 'Unsubscribe' | 'none';

/** What became of a look at the log. `page`: what was told. */
export type Push =
  | { readonly is: 'nothing'; readonly position: number }
  | { readonly is: 'void' }
  | { readonly is: 'called'; readonly answered: Answered; readonly page: EventPage };

/**
 * Calls a subscriber with what has happened since `position`, and, where he is due a sign of life, also when nothing has.
 * `void`: there is nothing that he may be told of any more.
 */
export async function pushOnce(context: EwsContext, subscription: Subscription, push: PushTerms, isStatusDue: boolean): Promise<Push> {
  const { store } = context;
  const { mailbox, terms, position: after } = subscription;
  const ids = await idsOf(store, mailbox);
  const organization = (await context.organizations()).byName(subscription.organization);
  if (ids === undefined || organization === undefined || !(await mayFollow(context, subscription))) return { is: 'void' };
  if (after > (await endOfLog(store.read, mailbox))) return { is: 'void' };
  const page = await readEvents(store.read, { mailbox, after, terms, limit: tellingLimits.eventsPerDocument });
  if (page.events.length === 0 && !isStatusDue) return { is: 'nothing', position: page.position };
  const Notification = noticeOf(subscriptionIdOf(subscription, terms.server ?? serverFqdn(organization)), page, after, ids);
  return { is: 'called', answered: await ask(context, organization, push, Notification), page };
}

/** Signed in as nobody: the subscriber knows a call by its address, and by what he gave as CallerData. */
async function ask(context: EwsContext, organization: Organization, push: PushTerms, notice: Notice): Promise<Answered> {
  const { schema } = profileOf(organization.product).version;
  const callerData = push.callerData === undefined ? {} : { callerdata: push.callerData };
  const dialer = {
    https: (asked: Parameters<EwsContext['dialer']['listener']>[0]) =>
      context.dialer.listener({ ...asked, headers: { ...asked.headers, ...callerData } }),
  };
  try {
    const result = await call(dialer, push.url, { is: 'anonymous' }, sendNotification, [{ class: 'Success', Notification: notice }], {
      service: 'ews',
      organization: organization.name,
      version: requestServerVersions.find((version) => version === schema) ?? 'Exchange2013_SP1',
      timeoutMs: tellingLimits.pushAnswerMs,
      maxBytes: tellingLimits.pushAnswerBytes,
      signal: context.ending,
    });
    return result.is === 'answer' ? result.response.SubscriptionStatus : 'none';
  } catch (error) {
    if (error instanceof Refusal) return 'none';
    throw error;
  }
}
