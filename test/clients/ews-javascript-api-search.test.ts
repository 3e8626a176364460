import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  AggregateType,
  ConversationIndexedItemView,
  ConversationSortOrder,
  DeleteMode,
  ExchangeService,
  FolderId,
  Grouping,
  ItemSchema,
  ItemView,
} = ews;
const { EmailMessageSchema, FolderView, PropertySet, SortDirection, WellKnownFolderName } = ews;
const { SearchFilter, SearchFolder } = ews;

let lab: TestLab;
let service: InstanceType<typeof ExchangeService>;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  service = javascriptService(lab, 'mary');
});
afterAll(() => lab.close());

const inbox = (): InstanceType<typeof FolderId> => new FolderId(WellKnownFolderName.Inbox);

test('a query string finds words in subjects', async () => {
  const found = await service.FindItems(inbox(), 'subject:birch', new ItemView(50));
  const subjects = found.Items.map(({ Subject }) => Subject);
  expect(subjects.length).toBeGreaterThan(1);
  for (const subject of subjects) expect(subject).toMatch(/\bbirch/i);
  const others = await service.FindItems(inbox(), 'NOT subject:birch', new ItemView(50));
  const all = await service.FindItems(inbox(), new ItemView(50));
  expect(found.TotalCount + others.TotalCount).toBe(all.TotalCount);
});

test('items in groups', async () => {
  const grouping = new Grouping(EmailMessageSchema.From, SortDirection.Descending, ItemSchema.DateTimeReceived, AggregateType.Maximum);
  const found = await service.FindItems(inbox(), new ItemView(50), grouping);
  const indexes = found.ItemGroups.map(({ GroupIndex }) => GroupIndex);
  expect(indexes.length).toBeGreaterThan(3);
  expect(new Set(indexes).size).toBe(indexes.length);
  expect(found.ItemGroups.reduce((sum, { Items }) => sum + Items.length, 0)).toBe(found.TotalCount);
});

// The library has no way to say what a search folder looks for.
test('a search folder is listed, searched and deleted as any folder', async () => {
  await lab.ews(
    'mary@contoso.test',
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="searchfolders"/></m:ParentFolderId><m:Folders><t:SearchFolder><t:DisplayName>Birches</t:DisplayName><t:SearchParameters Traversal="Deep"><t:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="birch"/></t:Contains></t:Restriction><t:BaseFolderIds><t:DistinguishedFolderId Id="inbox"/></t:BaseFolderIds></t:SearchParameters></t:SearchFolder></m:Folders></m:CreateFolder>',
  );
  const list = () => service.FindFolders(WellKnownFolderName.SearchFolders, new FolderView(10));
  const folder = (await list()).Folders.find(({ DisplayName }) => DisplayName === 'Birches');
  if (!(folder instanceof SearchFolder)) throw new Error('no search folder');
  const wanted = await service.FindItems(inbox(), new SearchFilter.ContainsSubstring(ItemSchema.Subject, 'birch'), new ItemView(50));
  const found = await service.FindItems(folder.Id, new ItemView(50));
  expect(found.TotalCount).toBeGreaterThan(1);
  expect(found.Items.map(({ Id }) => Id.UniqueId)).toEqual(wanted.Items.map(({ Id }) => Id.UniqueId));
  expect(folder.TotalCount).toBe(found.TotalCount);
  await folder.Delete(DeleteMode.HardDelete);
  expect((await list()).Folders.map(({ DisplayName }) => DisplayName)).not.toContain('Birches');
});

test('conversations: found, read item by item, marked and deleted', async () => {
  const find = () => service.FindConversation(new ConversationIndexedItemView(10), inbox());
  const conversation = (await find()).find(({ MessageCount, UnreadCount }) => MessageCount > 1 && UnreadCount > 0);
  if (conversation === undefined) throw new Error('no conversation of several messages');
  const { Id: id } = conversation;
  expect(conversation.GlobalMessageCount).toBeGreaterThanOrEqual(conversation.MessageCount);
  const shown = PropertySet.IdOnly;
  const response = await service.GetConversationItems(id, shown, '', [], ConversationSortOrder.TreeOrderAscending);
  const items = response.ConversationNodes.GetEnumerator().flatMap((node) => node.Items);
  expect(items).toHaveLength(conversation.GlobalMessageCount);
  await conversation.SetReadStateForItemsInConversation(inbox(), true);
  const same = async () => (await find()).find(({ Id: { UniqueId } }) => UniqueId === id.UniqueId);
  expect((await same())?.UnreadCount).toBe(0);
  await conversation.DeleteItems(inbox(), DeleteMode.MoveToDeletedItems);
  expect(await same()).toBeUndefined();
});

test('conversations: always moved, ignored and categorized, and no longer', async () => {
  const find = (folder = inbox()) => service.FindConversation(new ConversationIndexedItemView(50), folder);
  const [one] = await find();
  if (one === undefined) throw new Error('no conversation');
  const { Id: id } = one;
  const countIn = async (folder: InstanceType<typeof FolderId>): Promise<number> =>
    (await find(folder)).find(({ Id: { UniqueId } }) => UniqueId === id.UniqueId)?.MessageCount ?? 0;
  const [notes, deleted] = [new FolderId(WellKnownFolderName.Notes), new FolderId(WellKnownFolderName.DeletedItems)];
  await service.EnableAlwaysCategorizeItemsInConversations([id], ['Orchard'], true);
  expect((await find()).find(({ Id: { UniqueId } }) => UniqueId === id.UniqueId)?.Categories.GetEnumerator()).toContain('Orchard');
  await service.DisableAlwaysCategorizeItemsInConversations([id], true);
  await service.EnableAlwaysMoveItemsInConversations([id], notes, true);
  expect([await countIn(inbox()), await countIn(notes)]).toEqual([0, one.MessageCount]);
  await service.DisableAlwaysMoveItemsInConversations([id], true);
  await service.EnableAlwaysDeleteItemsInConversations([id], true);
  expect([await countIn(notes), await countIn(deleted)]).toEqual([0, one.MessageCount]);
  await service.DisableAlwaysDeleteItemsInConversations([id], true);
  expect([await countIn(inbox()), await countIn(deleted)]).toEqual([one.MessageCount, 0]);
});
