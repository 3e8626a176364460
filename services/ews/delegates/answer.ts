import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Delegation } from '../../../shared/domain/mailbox/delegates.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { addDelegate } from '../../../shared/protocols/ews/operations/add-delegate.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { inSlices } from '../in-slices.ts';
import { type OpenMailbox, openMailboxOf } from '../mailboxes.ts';
import { perItem } from '../per-item.ts';
import type { WireDelegate } from './wire-delegate.ts';
import { deliverTo } from './write.ts';

type Answer = ResponseOf<typeof addDelegate>;
type Message = { readonly class: 'Success'; readonly DelegateUser?: WireDelegate };

/**
 * Opens the mailbox and answers for each of its delegates; who gets requests for meetings is written afterwards, unless
 * everybody was refused (inferred).
 */
export async function answerDelegates<Part>(
  call: EwsCall,
  request: {
    readonly Mailbox: { readonly EmailAddress?: string | undefined };
    readonly DeliverMeetingRequests?: Delegation['meetingRequests'] | undefined;
  },
  parts: readonly Part[],
  prepare: (part: Part, mailbox: OpenMailbox, directory: Directory) => Promise<(tx: Executor) => Promise<Message>>,
): Promise<Answer> {
  const [answer] = await perItem(call, [request], async ({ Mailbox, DeliverMeetingRequests: to }) => {
    const mailbox = await openMailboxOf(call, Mailbox.EmailAddress);
    const directory = call.context.directory(call.organization.name);
    const told = await inSlices(call, parts, (part) => prepare(part, mailbox, directory));
    const isAllRefused = told.length > 0 && told.every((message) => message.class === 'Error');
    if (to !== undefined && !isAllRefused) await call.context.store.transaction((tx) => deliverTo(tx, call, mailbox, to));
    return { class: 'Success', ...(told.length === 0 ? {} : { ResponseMessages: told }) } as const;
  });
  return present(answer, 'the answer for the one mailbox');
}
