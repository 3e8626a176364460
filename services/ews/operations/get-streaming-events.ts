import type { Subscription } from '../../../shared/domain/notification/subscription.ts';
import type { getStreamingEvents as contract } from '../../../shared/protocols/ews/operations/get-streaming-events.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { EwsCall } from '../context.ts';
import { complaintOf, ewsRefusal } from '../failures.ts';
import { streamLimits } from '../limits.ts';
import { mayFollow } from '../notifications/followed.ts';
import { hubOf } from '../notifications/hub.ts';
import { openSubscription } from '../notifications/open-subscription.ts';
import { EventStream, refusedSubscriptions } from '../notifications/stream.ts';
import { StreamedAnswer, type StreamingOperation } from '../streamed-answer.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
 * The answer is a stream where every subscription may be told of. Else nothing is opened: one message for each reason names
 * the subscriptions that it holds for, and the connection counts as closed.
 */
export const getStreamingEvents: StreamingOperation<typeof contract> = async (call, { SubscriptionIds, ConnectionTimeout }) => {
  const { context, organization, caller, exchange } = call;
  const asked = [...new Set(SubscriptionIds)];
  if (asked.length > streamLimits.subscriptionsPerConnection)
    throw ewsRefusal('ErrorInvalidArgument', { detail: `${asked.length} subscriptions on one connection` });
  const subscriptions = new Map<string, Subscription>();
  const refused = new Map<ResponseCode, string[]>();
  for (const id of asked) {
    const found = await openStreaming(call, id);
    if (typeof found === 'string') refused.set(found, [...(refused.get(found) ?? []), id]);
    else subscriptions.set(id, found);
  }
  if (refused.size > 0) {
    // Sent as a stream too: clients that read one octet by octet take no compressed answer.
    return new StreamedAnswer((out) => {
      void out.write([...refused].map(([code, ids]) => refusedSubscriptions(code, ids, 'Closed')));
      out.end();
    });
  }
  const hub = hubOf(context);
  const user = `${organization.name}/${caller.recipient}`;
  if (hub.connections(user) >= streamLimits.hangingConnections)
    throw ewsRefusal('ErrorExceededConnectionCount', { detail: `${hub.connections(user)} connections of ${user}` });
  return new StreamedAnswer((out) => {
    hub.enter(user);
    const ended = (): void => hub.leave(user);
    const holder = context.identifiers.guid();
    new EventStream({ context, hub, exchange, holder, subscriptions, timeoutMs: ConnectionTimeout * 60_000, out, ended }).begin();
  });
};

/** A subscription that may be streamed, or why it may not. */
async function openStreaming(call: EwsCall, id: string): Promise<Subscription | ResponseCode> {
  try {
    const found = await openSubscription(call, id);
    if (found.kind !== 'streaming') return 'ErrorInvalidSubscription';
    return (await mayFollow(call.context, found)) ? found : 'ErrorAccessDenied';
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    call.exchange.note({ code: complaint.ResponseCode, detail: error instanceof Error ? error.message : '' });
    return complaint.ResponseCode;
  }
}
