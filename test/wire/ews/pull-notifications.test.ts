import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, texts } from './answers.ts';
import { createMessage, deleteItem, getEvents, sendMessage, subscribe } from './subscriptions.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const minute = 60_000;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const unsubscribe = async (mail: string, id: string): Promise<string> =>
  texts((await lab.ews(mail, `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`)).body, 'ResponseCode')[0] ?? '';

test('mail that arrives is created and new, and changes its folder', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { folders: ['inbox'] });
  await sendMessage(lab, rob, mary, 'Hello');
  const answer = await getEvents(lab, mary, subscription);
  expect(answer.events).toEqual(['Created item', 'NewMail item', 'Modified folder']);
  expect(texts(answer.body, 'PreviousWatermark')).toEqual([subscription.watermark]);
  const [created, fresh] = attributes(answer.body, 'ItemId', 'Id');
  expect(created).toBe(fresh);
  const item = await lab.ews(
    mary,
    `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${created}"/></m:ItemIds></m:GetItem>`,
  );
  expect(texts(item.body, 'Subject')).toEqual(['Hello']);
  const again = await getEvents(lab, mary, subscription);
  expect(again.events).toEqual(answer.events);
  expect((await getEvents(lab, mary, { ...subscription, watermark: answer.watermark })).events).toEqual([]);
});

test('what is thrown away has moved, and is gone when it leaves Deleted Items', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { folders: ['drafts'] });
  const everywhere = await subscribe(lab, mary, 'Pull');
  const id = await createMessage(lab, mary, 'A draft');
  await deleteItem(lab, mary, id, 'MoveToDeletedItems');
  const answer = await getEvents(lab, mary, subscription);
  expect(answer.events).toEqual(['Created item', 'Modified folder', 'Moved item', 'Modified folder']);
  expect(attributes(answer.body, 'OldItemId', 'Id')).toEqual([id]);
  const [, moved = ''] = attributes(answer.body, 'ItemId', 'Id');
  await deleteItem(lab, mary, moved, 'SoftDelete');
  expect((await getEvents(lab, mary, { ...subscription, watermark: answer.watermark })).events).toEqual([]);
  const rest = await getEvents(lab, mary, everywhere);
  expect(rest.events.slice(-2)).toEqual(['Deleted item', 'Modified folder']);
  expect(attributes(rest.body, 'ItemId', 'Id').at(-1)).toBe(moved);
});

test('only what was asked for is told, and the watermark passes over the rest', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { folders: ['inbox'], events: ['Deleted'] });
  await createMessage(lab, mary, 'Elsewhere');
  await sendMessage(lab, rob, mary, 'Here');
  const answer = await getEvents(lab, mary, subscription);
  expect(answer.events).toEqual([]);
  expect(answer.watermark).not.toBe(subscription.watermark);
  const resumed = await subscribe(lab, mary, 'Pull', {
    folders: ['drafts'],
    rest: `<t:Watermark>${subscription.watermark}</t:Watermark><t:Timeout>1</t:Timeout>`,
  });
  expect((await getEvents(lab, mary, resumed)).events).toEqual(['Created item', 'Modified folder']);
});

test('whoever comes back with the watermark of each answer is told everything once, page by page', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { folders: ['drafts'], events: ['Created'] });
  const items = Array.from({ length: 250 }, (_, index) => `<t:Message><t:Subject>n${index}</t:Subject></t:Message>`).join('');
  const created = await lab.ews(mary, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${items}</m:Items></m:CreateItem>`);
  const told: (string | undefined)[] = [];
  let pages = 0;
  for (let { watermark } = subscription, more = true; more; pages += 1) {
    const answer = await getEvents(lab, mary, { ...subscription, watermark });
    told.push(...attributes(answer.body, 'ItemId', 'Id'));
    ({ watermark, more } = answer);
  }
  expect(told).toEqual(attributes(created.body, 'ItemId', 'Id'));
  expect(pages).toBe(5);
});

test('a subscription that nobody asks for ends by world time', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { rest: '<t:Timeout>5</t:Timeout>' });
  await lab.clock.advance(4 * minute);
  expect((await getEvents(lab, mary, subscription)).code).toBe('NoError');
  await lab.clock.advance(5 * minute - 1);
  expect((await getEvents(lab, mary, subscription)).code).toBe('NoError');
  await lab.clock.advance(5 * minute);
  expect((await getEvents(lab, mary, subscription)).code).toBe('ErrorExpiredSubscription');
  expect((await getEvents(lab, mary, subscription)).code).toBe('ErrorSubscriptionNotFound');
});

test('what is refused, and how', async () => {
  const subscription = await subscribe(lab, mary, 'Pull', { folders: ['inbox'] });
  const code = async (mail: string, id: string, watermark = subscription.watermark): Promise<string> =>
    (await getEvents(lab, mail, { id, watermark })).code;
  expect(await code(rob, subscription.id)).toBe('ErrorSubscriptionAccessDenied');
  expect(await code(mary, 'AAA-')).toBe('ErrorInvalidSubscription');
  expect(await code(mary, subscription.id, 'nonsense')).toBe('ErrorInvalidWatermark');
  expect(await code(mary, subscription.id, 'AAAAAMUBAAAAAAAPAQ==')).toBe('ErrorInvalidWatermark');
  expect(await unsubscribe(rob, subscription.id)).toBe('ErrorSubscriptionAccessDenied');
  expect(await unsubscribe(mary, subscription.id)).toBe('NoError');
  expect(await unsubscribe(mary, subscription.id)).toBe('ErrorSubscriptionNotFound');
  expect(await code(mary, subscription.id)).toBe('ErrorSubscriptionNotFound');
  expect((await subscribe(lab, rob, 'Pull', { folders: [`${mary}/inbox`] })).code).toBe('ErrorAccessDenied');
});

test("a colleague's folder may be followed as long as it may be read", async () => {
  await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Inbox -User rob -AccessRights Reviewer');
  const subscription = await subscribe(lab, rob, 'Pull', { folders: [`${mary}/inbox`], events: ['NewMail'] });
  expect((await subscribe(lab, rob, 'Pull', { folders: [`${mary}/inbox`, 'inbox'] })).code).toBe('ErrorInvalidSubscriptionRequest');
  await sendMessage(lab, rob, mary, 'For both');
  const answer = await getEvents(lab, rob, subscription);
  expect(answer.events).toEqual(['NewMail item']);
  await runCmdlet(lab, 'contoso', 'Remove-MailboxFolderPermission mary:\\Inbox -User rob -Confirm:$false');
  expect((await getEvents(lab, rob, subscription)).code).toBe('ErrorAccessDenied');
});

test('in the cloud twenty subscriptions are the most', async () => {
  const codes: string[] = [];
  for (let count = 0; count < 21; count += 1) codes.push((await subscribe(lab, 'joe@contoso.test', 'Streaming')).code);
  expect(codes.slice(0, 20).every((code) => code === 'NoError')).toBe(true);
  expect(codes[20]).toBe('ErrorExceededSubscriptionCount');
});
