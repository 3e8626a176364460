import { conversationItems, findConversations } from '../../../shared/domain/mailbox/conversations.ts';
import { descendantFolders } from '../../../shared/domain/mailbox/folders.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findConversation as contract } from '../../../shared/protocols/ews/operations/find-conversation.ts';
import { recoverableFolders, refuseScope } from '../conversations/open.ts';
import { planConversations, viewConversation, type WireConversation } from '../conversations/view.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { highlightTerms } from '../views/highlight-terms.ts';
import { indexedPage } from '../views/page.ts';

type Request = RequestOf<typeof contract>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findconversation-operation */
export const findConversation: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ view, ViewFilter, QueryString, Traversal, ParentFolderId, ...rest }) => {
    if (rest.MailboxScope !== undefined && QueryString === undefined) throw ewsRefusal('ErrorMailboxScopeNotAllowedWithoutQueryString');
    refuseScope(rest.MailboxScope);
    if (view?.is === 'SeekToConditionPageItemView') throw notSupported('FindConversation with SeekToConditionPageItemView');
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
    const page = indexedPage(view?.value);
    const found = await findConversations(read, { mailbox: mailbox.guid, folders, restriction, direction, page });
    const except = await recoverableFolders(read, mailbox.guid);
    for (const counter of folders) except.delete(counter);
    const items = await conversationItems(read, mailbox.guid, found.items, plan.needs, except);
    const inFolders = new Set(folders);
    const Conversations: WireConversation[] = [];
    for (const id of found.items) {
      const all = items.get(id) ?? [];
      const here = all.filter(({ row }) => inFolders.has(row.folder));
      if (here.length > 0) Conversations.push(await viewConversation(mailbox, id, all, here, plan));
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
