import { type AutomaticReplies, type Reply, readAutomaticReplies, shownPeriod } from '../../../shared/domain/mailbox/automatic-replies.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserOofSettings as contract } from '../../../shared/protocols/ews/operations/get-user-oof-settings.ts';
import type { ReplyBody } from '../../../shared/protocols/ews/types/out-of-office.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseroofsettings-operation */
export const getUserOofSettings: Operation<typeof contract> = async (call, { Mailbox }) => {
  const [answer] = await perItem(call, [Mailbox], async ({ Address }): Promise<ResponseOf<typeof contract>> => {
    const { guid } = await openMailboxOf(call, Address);
    const replies = await readAutomaticReplies(call.context.store.read, guid);
    const { start, end } = shownPeriod(replies, call.instant);
    return {
      ResponseMessage: { class: 'Success' },
      OofSettings: {
        OofState: replies.state,
        ExternalAudience: replies.externalAudience,
        Duration: { StartTime: { ms: start, isZoned: true }, EndTime: { ms: end, isZoned: true } },
        InternalReply: replyBody(replies.internal),
        ExternalReply: replyBody(replies.external),
        ...(call.organization.kind === 'cloud' ? calendarShown(replies) : {}),
      },
      // No organisation here keeps its people from answering others.
      AllowExternalOof: 'All',
    };
  });
  return answer !== undefined && 'class' in answer ? { ResponseMessage: answer } : present(answer, 'the answer for the one mailbox');
};

/** What the absence means for the calendar, where that has ever been said: clients of before know nothing of it. */
function calendarShown({ meetings }: AutomaticReplies) {
  const { declinesRequests, declineReply, declinesEvents, createsEvent, eventSubject } = meetings;
  if (!declinesRequests && declinesEvents === false && !createsEvent && declineReply.html === '' && eventSubject === '') return {};
  return {
    DeclineMeetingReply: replyBody(declineReply),
    DeclineEventsForScheduledOOF: declinesEvents !== false,
    DeclineAllEventsForScheduledOOF: declinesEvents === 'all',
    CreateOOFEvent: createsEvent,
    OOFEventSubject: eventSubject,
    AutoDeclineFutureRequestsWhenOOF: declinesRequests,
  };
}

function replyBody({ html, language }: Reply): ReplyBody {
  return { Message: html, ...(language === null ? {} : { lang: language }) };
}
