import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { isGroup, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getSearchableMailboxes as contract } from '../../../shared/protocols/ews/operations/get-searchable-mailboxes.ts';
import { fold } from '../../../shared/store/fold.ts';
import { discoveryGround } from '../discovery/ground.ts';
import { wireMailbox } from '../discovery/wire-mailbox.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** Mailboxes of one answer: Microsoft's page says that it is for the first few thousand. */
const mostMailboxes = 5_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getsearchablemailboxes-operation */
export const getSearchableMailboxes: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ SearchFilter = '', ExpandGroupMembership = false }) => {
    const { directory } = await discoveryGround(call, 'Mailbox Search');
    const found = await matching(directory, SearchFilter);
    const shown = ExpandGroupMembership ? await expanded(directory, found) : found;
    return { class: 'Success', SearchableMailboxes: shown.slice(0, mostMailboxes).map(wireMailbox) } as const;
  });
  return present(answer, 'the answer for the one filter');
};

/** Mailboxes, here or elsewhere, and groups: all of them, or those with an alias, address or name that begins so. */
async function matching(directory: Directory, filter: string): Promise<readonly Recipient[]> {
  const wanted = fold(filter.replace(/\*+$/, ''));
  const all = await directory.all();
  return all.filter(
    (recipient) =>
      (isGroup(recipient) || recipient.exchangeGuid !== null) &&
      recipient.type !== 'ArbitrationMailbox' &&
      [recipient.alias, recipient.primaryAddress, recipient.displayName].some((name) => fold(name).startsWith(wanted)),
  );
}

/** The members of groups instead of the groups, each once. */
async function expanded(directory: Directory, recipients: readonly Recipient[]): Promise<readonly Recipient[]> {
  const seen = new Set<Recipient['guid']>();
  const members: Recipient[] = [];
  const open = recipients.toReversed();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one.guid)) continue;
    seen.add(one.guid);
    if (isGroup(one)) open.push(...(await directory.members(one)).toReversed());
    else if (one.exchangeGuid !== null) members.push(one);
  }
  return members;
}
