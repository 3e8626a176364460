import type { updateDelegate as contract } from '../../../shared/protocols/ews/operations/update-delegate.ts';
import { answerDelegates } from '../delegates/answer.ts';
import { userNamed } from '../delegates/user-named.ts';
import { update } from '../delegates/write.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatedelegate-operation */
export const updateDelegate: Operation<typeof contract> = (call, { Mailbox, DelegateUsers, DeliverMeetingRequests }) =>
  answerDelegates(call, { Mailbox, DeliverMeetingRequests }, DelegateUsers?.DelegateUser ?? [], async (wanted, mailbox, directory) => {
    const user = await userNamed(directory, wanted.UserId);
    return async (tx) => ({ class: 'Success', DelegateUser: await update(tx, call, mailbox, user, wanted) });
  });
