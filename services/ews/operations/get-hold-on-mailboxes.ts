import { mailboxHolds } from '../../../shared/domain/mailbox/holds.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getHoldOnMailboxes as contract } from '../../../shared/protocols/ews/operations/get-hold-on-mailboxes.ts';
import { discoveryGround } from '../discovery/ground.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getholdonmailboxes-operation */
export const getHoldOnMailboxes: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ HoldId }) => {
    const { directory, organization } = await discoveryGround(call, 'Legal Hold');
    const stored = await mailboxHolds.find(call.context.store.read, organization.name, HoldId);
    if (stored === undefined) throw ewsRefusal('ErrorMailboxHoldNotFound', { detail: HoldId });
    const { Query, Mailboxes } = stored.value;
    const MailboxHoldStatuses = [];
    for (const guid of Mailboxes) {
      const recipient = await directory.byExchangeGuid(guid);
      // A mailbox that has gone is on hold no more.
      const Status = recipient === undefined ? ('NotOnHold' as const) : ('OnHold' as const);
      MailboxHoldStatuses.push({ Mailbox: recipient?.legacyDn ?? guid, Status, AdditionalInfo: '' });
    }
    return { class: 'Success', MailboxHoldResult: { HoldId: stored.name, Query, MailboxHoldStatuses } } as const;
  });
  return present(answer, 'the answer for the one hold');
};
