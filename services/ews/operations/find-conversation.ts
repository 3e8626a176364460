import { type ConversationPlace, findConversations, visitConversations } from '../../../shared/domain/mailbox/conversations.ts';
import { descendantFolders } from '../../../shared/domain/mailbox/folders.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { pacer } from '../../../shared/domain/mailbox/turns.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findConversation as contract } from '../../../shared/protocols/ews/operations/find-conversation.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { recoverableFolders, refuseScope } from '../conversations/open.ts';
import { Tally, tallied } from '../conversations/tally.ts';
import { type ConversationTallies, planConversations, viewConversation, type WireConversation } from '../conversations/view.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { highlightTerms } from '../views/highlight-terms.ts';
import { indexedPage } from '../views/page.ts';
import { seekView } from '../views/seek-view.ts';

type Request = RequestOf<typeof contract>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findconversation-operation */
export const findConversation: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ view, ViewFilter, QueryString, Traversal, ParentFolderId, ...rest }) => {
    if (rest.MailboxScope !== undefined && QueryString === undefined) throw ewsRefusal('ErrorMailboxScopeNotAllowedWithoutQueryString');
    refuseScope(rest.MailboxScope);
    const plan = planConversations(rest.ConversationShape);
    const direction = directionOf(rest.SortOrder);
    const { read } = call.context.store;
    const opened = await openFolder(call, ParentFolderId);
    refuseSearchFolder(opened);
    const { mailbox, folder } = opened;
    const below = Traversal === 'Deep' ? await descendantFolders(read, mailbox.guid, folder.counter) : [];
    const folders = [folder, ...below].map(({ counter }) => counter);
    const searched = QueryString === undefined ? undefined : readQueryString(QueryString.text, call.instant);
    const parts = [filterOf(ViewFilter, mailbox.owner.primaryAddress, call.instant), searched?.restriction];
    const restriction = bothOf(parts.filter((part) => part !== undefined));
    const page = view?.is === 'SeekToConditionPageItemView' ? seekView(view.value, call.clocks) : indexedPage(view?.value);
    const found = await findConversations(read, { mailbox: mailbox.guid, folders, restriction, direction, page });
    const except = await recoverableFolders(read, mailbox.guid);
    for (const counter of folders) except.delete(counter);
    const place = { mailbox: mailbox.guid, conversations: found.items, except };
    const tallies = await tallyConversations(read, place, new Set(folders));
    const Conversations: WireConversation[] = [];
    const pace = pacer();
    for (const id of found.items) {
      const both = tallies.get(id);
      const [newest] = both?.here.ids.newestFirst() ?? [];
      if (both === undefined || newest === undefined) continue;
      const body = plan.bodies.length === 0 ? undefined : await getItem(read, mailbox.guid, newest.counter, { properties: plan.bodies });
      Conversations.push(viewConversation(mailbox, id, both, plan, body));
      await pace();
    }
    return {
      class: 'Success',
      Conversations,
      ...(QueryString?.ReturnHighlightTerms === true ? { HighlightTerms: highlightTerms(searched?.terms ?? []) } : {}),
      TotalConversationsInView: found.total,
      IndexedOffset: found.nextOffset,
    } as const;
  });
  return present(answer, 'the answer for the one folder');
};

/** What the items of conversations come to; those without any are left out. */
async function tallyConversations(
  read: Executor,
  place: ConversationPlace,
  folders: ReadonlySet<number>,
): Promise<ReadonlyMap<string, ConversationTallies>> {
  const tallies = new Map<string, ConversationTallies>();
  await visitConversations(read, place, tallied, (id, item) => {
    const both = tallies.get(id) ?? { here: new Tally(), everywhere: new Tally() };
    tallies.set(id, both);
    both.everywhere.add(item);
    if (folders.has(item.row.folder)) both.here.add(item);
  });
  return tallies;
}

/** By the last delivery alone: Microsoft's page "FindConversation". */
function directionOf(order: Request['SortOrder']): 'ascending' | 'descending' {
  for (const { Path: path } of order ?? []) {
    if (path.is !== 'FieldURI' || path.value.FieldURI !== 'conversation:LastDeliveryTime')
      throw ewsRefusal('ErrorUnsupportedPathForSortGroup', { detail: path.is === 'FieldURI' ? path.value.FieldURI : path.is });
  }
  return order?.[0]?.Order === 'Ascending' ? 'ascending' : 'descending';
}

function bothOf(parts: readonly Restriction[]): Restriction | undefined {
  return parts.length > 1 ? { kind: 'and', of: parts } : parts[0];
}

/** What a view filter asks of one item of the conversation at least. */
function filterOf(filter: Request['ViewFilter'], me: string, now: Instant): Restriction | undefined {
  const flagged = equal(tags.flagStatus, 2);
  switch (filter) {
    case undefined:
    case 'All':
      return undefined;
    case 'Flagged':
    case 'TaskActive':
      return flagged;
    case 'TaskCompleted':
      return equal(tags.flagStatus, 1);
    case 'TaskOverdue':
      return { kind: 'and', of: [flagged, { kind: 'compare', property: named.taskDueDate, operator: '<', with: { value: now } }] };
    case 'HasAttachment':
      return equal(tags.hasAttachments, true);
    case 'Unread':
      return equal(tags.read, false);
    case 'ToOrCcMe':
      return { kind: 'or', of: (['to', 'cc'] as const).map((part) => ({ kind: 'words', part, text: me, isPrefix: false })) };
    default:
      throw notSupported(`ViewFilter ${filter}`);
  }
}

function equal(property: PropertyKey, value: number | boolean): Restriction {
  return { kind: 'compare', property, operator: '=', with: { value } };
}
