import type { addDelegate as contract } from '../../../shared/protocols/ews/operations/add-delegate.ts';
import { answerDelegates } from '../delegates/answer.ts';
import { userNamed } from '../delegates/user-named.ts';
import { add } from '../delegates/write.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/adddelegate-operation */
export const addDelegate: Operation<typeof contract> = (call, { Mailbox, DelegateUsers, DeliverMeetingRequests }) =>
  answerDelegates(call, { Mailbox, DeliverMeetingRequests }, DelegateUsers.DelegateUser, async (wanted, mailbox, directory) => {
    const user = await userNamed(directory, wanted.UserId);
    return async (tx) => ({ class: 'Success', DelegateUser: await add(tx, call, mailbox, user, wanted) });
  });
