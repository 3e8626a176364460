import { passwordExpiry } from '../../../shared/domain/identity/password-policy.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getPasswordExpirationDate as contract } from '../../../shared/protocols/ews/operations/get-password-expiration-date.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** What is told of a password that never expires: the last second there is. Inferred; Microsoft does not say. */
const never = Date.UTC(9999, 11, 31, 23, 59, 59);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpasswordexpirationdate-operation */
export const getPasswordExpirationDate: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ MailboxSmtpAddress }) => {
    const { context, organization } = call;
    const { owner } = await openMailboxOf(call, MailboxSmtpAddress);
    const expiry = passwordExpiry(owner, await context.settings(organization.name));
    return { class: 'Success', PasswordExpirationDate: expiry ?? never } as const;
  });
  return present(answer, 'the answer for the one account');
};
