import { changeAbsence } from '../../../shared/domain/calendar/absence.ts';
import { instantAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { AutomaticReplies, Reply } from '../../../shared/domain/mailbox/automatic-replies.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { setUserOofSettings as contract } from '../../../shared/protocols/ews/operations/set-user-oof-settings.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import type { ReplyBody } from '../../../shared/protocols/ews/types/out-of-office.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Settings = RequestOf<typeof contract>['UserOofSettings'];

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation
 * The settings are replaced as a whole: a reply that is not there is none.
 */
export const setUserOofSettings: Operation<typeof contract> = async (call, { Mailbox, UserOofSettings }) => {
  const [message] = await perItem(call, [Mailbox], async ({ Address }) => {
    const { guid } = await openMailboxOf(call, Address);
    const change = changeOf(call, UserOofSettings);
    const event = call.context.identifiers.guid();
    await call.context.store.transaction((tx) => changeAbsence(tx, guid, change, event, call.instant));
    return { class: 'Success' } as const;
  });
  return { ResponseMessage: present(message, 'the answer for the one mailbox') };
};

function changeOf(call: EwsCall, settings: Settings): Partial<AutomaticReplies> {
  const { OofState, ExternalAudience, Duration, InternalReply, ExternalReply, ...meetings } = settings;
  const unknown = Object.keys(meetings)[0];
  if (unknown !== undefined) throw notSupported(unknown);
  const change = {
    state: OofState,
    externalAudience: ExternalAudience,
    internal: replyOf(InternalReply),
    external: replyOf(ExternalReply),
  };
  // Microsoft's page "Duration (UserOofSettings)": it is ignored in the other states.
  if (OofState !== 'Scheduled') return change;
  if (Duration === undefined) throw ewsRefusal('ErrorInvalidScheduledOofDuration', { detail: 'no Duration' });
  const period = { start: instantOf(call, Duration.StartTime), end: instantOf(call, Duration.EndTime) };
  // Microsoft's page "ResponseCode": the end must lie after the start and in the future.
  if (period.end <= call.instant) throw ewsRefusal('ErrorInvalidScheduledOofDuration', { detail: 'it ends in the past' });
  return { ...change, period };
}

function replyOf({ Message = '', lang = '' }: ReplyBody = {}): Reply {
  return { html: Message, language: /^[A-Za-z0-9-]{1,35}$/.test(lang) ? lang : null };
}

/** A time without a zone is one of the header's zone, or UTC. */
function instantOf({ zone: named }: EwsCall, { ms, isZoned }: WrittenTime): Instant {
  const zone = isZoned ? undefined : named?.zone;
  return zone === undefined ? ms : instantAt(zone, ms);
}
