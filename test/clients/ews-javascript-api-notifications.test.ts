import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { createMessage, sendMessage } from '../wire/ews/subscriptions.ts';

const { EmailMessage, EventType, FolderId, StreamingSubscriptionConnection, WellKnownFolderName } = ews;

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const marysService = () => javascriptService(lab, 'mary');

const inbox = [new FolderId(WellKnownFolderName.Inbox)];

test('a pull subscription', async () => {
  const subscription = await marysService().SubscribeToPullNotifications(inbox, 30, null as never, EventType.NewMail, EventType.Created);
  await sendMessage(lab, rob, mary, 'Pulled');
  const results = await subscription.GetEvents();
  expect([...results.ItemEvents].map((event) => EventType[event.EventType])).toEqual(['Created', 'NewMail']);
  const [event] = [...results.ItemEvents];
  if (event === undefined) throw new Error('there is no event');
  expect((await EmailMessage.Bind(marysService(), event.ItemId)).Subject).toBe('Pulled');
  expect([...(await subscription.GetEvents()).AllEvents]).toEqual([]);
  await subscription.Unsubscribe();
  await expect(subscription.GetEvents()).rejects.toThrow('The specified subscription was not found.');
});

test('a streaming connection over two subscriptions, until its time is over', async () => {
  const service = marysService();
  const drafts = await service.SubscribeToStreamingNotifications([new FolderId(WellKnownFolderName.Drafts)], EventType.Created);
  const mail = await service.SubscribeToStreamingNotifications(inbox, EventType.NewMail);
  const connection = new StreamingSubscriptionConnection(service, 1);
  connection.AddSubscription(drafts);
  connection.AddSubscription(mail);
  const told: string[] = [];
  const both = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  connection.OnNotificationEvent.push((_sender, args) => {
    for (const event of args.Events) told.push(`${args.Subscription.Id === drafts.Id ? 'drafts' : 'inbox'} ${EventType[event.EventType]}`);
    if (told.length === 2) both.resolve();
  });
  connection.OnSubscriptionError.push((_sender, args) => both.reject(new Error(String(args.Exception))));
  connection.OnDisconnect.push(() => over.resolve());
  // It resolves when the connection is over.
  connection.Open().catch(both.reject);
  await createMessage(lab, mary, 'A draft');
  await sendMessage(lab, rob, mary, 'Streamed');
  await both.promise;
  expect(told.toSorted()).toEqual(['drafts Created', 'inbox NewMail']);
  await lab.clock.advance(60_000);
  await over.promise;
  expect(connection.IsOpen).toBe(false);
});
