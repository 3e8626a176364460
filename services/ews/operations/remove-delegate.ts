import type { Delegate } from '../../../shared/domain/mailbox/delegates.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { removeDelegate as contract } from '../../../shared/protocols/ews/operations/remove-delegate.ts';
import { answerDelegates } from '../delegates/answer.ts';
import { type UserId, userNamed } from '../delegates/user-named.ts';
import { remove, removeOrphan } from '../delegates/write.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/removedelegate-operation */
export const removeDelegate: Operation<typeof contract> = (call, { Mailbox, UserIds }) =>
  answerDelegates(call, { Mailbox }, UserIds.UserId, async (named, mailbox, directory) => {
    // Whoever has gone from the directory is still to be removed.
    const user = await userNamed(directory, named).catch((error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    });
    return async (tx) => {
      if (!(user instanceof Refusal)) await remove(tx, call, mailbox, user);
      else if (!(await removeOrphan(tx, call, mailbox, wasNamed(named)))) throw user;
      return { class: 'Success' };
    };
  });

/** Whether a delegate had this SID or address when he was added. */
function wasNamed({ SID, PrimarySmtpAddress }: UserId): (one: Delegate) => boolean {
  const address = PrimarySmtpAddress?.toLowerCase();
  return (one) => (one.sid !== '' && one.sid === SID) || (one.address !== '' && one.address.toLowerCase() === address);
}
