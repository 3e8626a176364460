import { findConversations, visitConversations } from '../../../shared/domain/mailbox/conversations.ts';
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
import { recoverableFolders } from '../conversations/open.ts';
import { type OpenPlace, placesIn } from '../conversations/scope.ts';
import { Tally, tallied } from '../conversations/tally.ts';
import { type ConversationTallies, planConversations, viewConversation, type WireConversation } from '../conversations/view.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { type OpenMailbox, openFolder } from '../mailboxes.ts';
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
    const plan = planConversations(rest.ConversationShape);
    const direction = directionOf(rest.SortOrder);
    const { read } = call.context.store;
    const opened = await openFolder(call, ParentFolderId);
    refuseSearchFolder(opened);
    const places = await placesIn(call, opened, rest.MailboxScope, Traversal === 'Deep');
    const searched = QueryString === undefined ? undefined : readQueryString(QueryString.text, call.instant);
    const parts = [filterOf(ViewFilter, opened.mailbox.owner.primaryAddress, call.instant), searched?.restriction];
    const restriction = bothOf(parts.filter((part) => part !== undefined));
    const page = view?.is === 'SeekToConditionPageItemView' ? seekView(view.value, call.clocks) : indexedPage(view?.value);
    const folders = places.map(({ mailbox: { guid }, ...place }) => ({ mailbox: guid, ...place }));
    const found = await findConversations(read, { places: folders, restriction, direction, page });
    const tallies = await tallyConversations(read, places, found.items);
    const Conversations: WireConversation[] = [];
    const pace = pacer();
    for (const id of found.items) {
      const both = tallies.get(id);
      const [newest] = both?.here.ids.newestFirst() ?? [];
      if (both === undefined || newest === undefined) continue;
      const body =
        plan.bodies.length === 0 ? undefined : await getItem(read, newest.mailbox.guid, newest.row.counter, { properties: plan.bodies });
      Conversations.push(viewConversation(id, both, plan, body));
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
  places: readonly OpenPlace[],
  conversations: readonly string[],
): Promise<ReadonlyMap<string, ConversationTallies>> {
  const tallies = new Map<string, ConversationTallies & { readonly mailboxes: Set<OpenMailbox> }>();
  for (const { mailbox, folders } of places) {
    const own = new Set(folders);
    const except = await recoverableFolders(read, mailbox.guid);
    for (const counter of own) except.delete(counter);
    await visitConversations(read, { mailbox: mailbox.guid, conversations, except }, tallied, (id, item) => {
      const all = tallies.get(id) ?? { here: new Tally(), everywhere: new Tally(), mailboxes: new Set<OpenMailbox>() };
      tallies.set(id, all);
      all.mailboxes.add(mailbox);
      all.everywhere.add(item, mailbox);
      if (own.has(item.row.folder)) all.here.add(item, mailbox);
    });
  }
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
