import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import { type MailboxHold, mailboxHolds } from '../../../shared/domain/mailbox/holds.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import { reviewNow } from '../../../shared/domain/mailbox/recoverable-timer.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { setHoldOnMailboxes as contract } from '../../../shared/protocols/ews/operations/set-hold-on-mailboxes.ts';
import type { EwsCall } from '../context.ts';
import { discoveryGround, mailboxNamed } from '../discovery/ground.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Request = RequestOf<typeof contract>;

/** Mailboxes of one hold: a bound of ours. */
const mostMailboxes = 10_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/setholdonmailboxes-operation */
export const setHoldOnMailboxes: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ HoldId, Query, Mailboxes, ActionType }) => {
    const { directory } = await discoveryGround(call, 'Legal Hold');
    if (HoldId === '') throw ewsRefusal('ErrorMissingArgument', { detail: 'HoldId' });
    const names = Mailboxes?.String ?? [];
    if (names.length > mostMailboxes) throw ewsRefusal('ErrorSearchTooManyMailboxes', { detail: `${names.length} mailboxes` });
    readQueryString(Query, call.instant);
    const found: { readonly name: string; readonly guid: Guid | null }[] = [];
    for (const name of names) {
      const recipient = await mailboxNamed(directory, name);
      found.push({ name, guid: recipient === undefined || localMailbox(recipient) === null ? null : recipient.exchangeGuid });
    }
    await change(
      call,
      request,
      found.flatMap(({ guid }) => guid ?? []),
    );
    const MailboxHoldStatuses = found.map(({ name, guid }) => ({
      Mailbox: name,
      ...(guid === null
        ? ({ Status: 'Failed', AdditionalInfo: 'There is no such mailbox.' } as const)
        : ({ Status: ActionType === 'Remove' ? 'NotOnHold' : 'Pending', AdditionalInfo: '' } as const)),
    }));
    return { class: 'Success', MailboxHoldResult: { HoldId, Query, MailboxHoldStatuses } } as const;
  });
  return present(answer, 'the answer for the one hold');
};

/** Creating a hold that is there puts more mailboxes on it; removing without naming any ends it. What it kept may go then. */
async function change({ context, organization, instant }: EwsCall, request: Request, mailboxes: readonly Guid[]): Promise<void> {
  const { ActionType, HoldId, Query } = request;
  await context.store.transaction(async (tx) => {
    const stored = await mailboxHolds.find(tx, organization.name, HoldId);
    for (const mailbox of new Set([...mailboxes, ...(stored?.value.Mailboxes ?? [])])) await reviewNow(tx, mailbox, instant);
    if (stored === undefined) {
      if (ActionType !== 'Create') throw ewsRefusal('ErrorMailboxHoldNotFound', { detail: HoldId });
      const hold = { HoldId, Query, Mailboxes: [...new Set(mailboxes)], ...more(request), Since: instant };
      await mailboxHolds.create(tx, organization.name, HoldId, hold, instant);
      return;
    }
    const { value } = stored;
    if (ActionType !== 'Remove') {
      const together = [...new Set([...(ActionType === 'Create' ? value.Mailboxes : []), ...mailboxes])];
      await mailboxHolds.replace(tx, stored, { ...value, Query, Mailboxes: together, ...more(request) }, instant);
      return;
    }
    const left = request.Mailboxes === undefined ? [] : value.Mailboxes.filter((guid) => !mailboxes.includes(guid));
    if (left.length === 0) await mailboxHolds.remove(tx, stored, instant);
    else await mailboxHolds.replace(tx, stored, { ...value, Mailboxes: left }, instant);
  });
}

function more({ InPlaceHoldIdentity, ItemHoldPeriod }: Request): Pick<MailboxHold, 'InPlaceHoldIdentity' | 'ItemHoldPeriod'> {
  return { InPlaceHoldIdentity: InPlaceHoldIdentity ?? null, ItemHoldPeriod: ItemHoldPeriod ?? null };
}
