import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { worldOfTwoServers } from '../support/several-servers.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { sendMessage } from '../wire/ews/subscriptions.ts';

const { ConnectingIdType, EventType, ExchangeService, FolderId, ImpersonatedUserId, StreamingSubscriptionConnection, WellKnownFolderName } =
  ews;

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: worldOfTwoServers(), clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

type Service = InstanceType<typeof ExchangeService>;

/** The administrator's, in the name of a user, with the headers given. */
function serviceFor(mail: string, headers: Readonly<Record<string, string>>): Service {
  const service = javascriptService(lab, 'administrator');
  service.ImpersonatedUserId = new ImpersonatedUserId(ConnectingIdType.SmtpAddress, mail);
  for (const [name, value] of Object.entries(headers)) service.HttpHeaders.Add(name, value);
  return service;
}

const follow = (service: Service) =>
  service.SubscribeToStreamingNotifications([new FolderId(WellKnownFolderName.Inbox)], EventType.NewMail);
type Subscription = Awaited<ReturnType<typeof follow>>;

/** Opens one connection over both; gives the users whose mail was told of, or rejects with what went wrong. */
async function streamed(service: Service, subscriptions: Readonly<Record<string, Subscription>>): Promise<readonly string[]> {
  const connection = new StreamingSubscriptionConnection(service, 1);
  for (const subscription of Object.values(subscriptions)) connection.AddSubscription(subscription);
  const told = new Set<string>();
  const over = Promise.withResolvers<void>();
  connection.OnNotificationEvent.push((_sender, args) => {
    for (const [mail, { Id }] of Object.entries(subscriptions)) if (Id === args.Subscription.Id) told.add(mail);
    if (told.size === Object.keys(subscriptions).length) over.resolve();
  });
  connection.OnSubscriptionError.push((_sender, args) => over.reject(args.Exception));
  connection.OnDisconnect.push((_sender, args) => over.reject(args.Exception ?? new Error('the connection ended')));
  connection.Open().catch(over.reject);
  const sent = Promise.all(Object.keys(subscriptions).map((to) => sendMessage(lab, 'adam@contoso.test', to, 'To both')));
  const [outcome] = await Promise.allSettled([over.promise, sent]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return [...told].toSorted();
}

test('subscriptions made at the servers of their mailboxes are not found on one connection', async () => {
  const marys = serviceFor(mary, { 'X-AnchorMailbox': mary });
  const robs = serviceFor(rob, { 'X-AnchorMailbox': rob });
  const made = { [mary]: await follow(marys), [rob]: await follow(robs) };
  await expect(streamed(marys, made)).rejects.toThrow('The specified subscription was not found.');
});

test('with an anchor and the cookie of the first answer they are told on one connection', async () => {
  const affine = { 'X-AnchorMailbox': mary, 'X-PreferServerAffinity': 'true' };
  const begun = serviceFor(mary, affine);
  const marys = await follow(begun);
  const set = String(begun.HttpResponseHeaders.get('set-cookie'));
  const cookie = /X-BackEndOverrideCookie=[^;]+/.exec(set)?.[0] ?? `none in ${set}`;
  begun.HttpHeaders.Add('Cookie', cookie);
  const made = { [mary]: marys, [rob]: await follow(serviceFor(rob, { ...affine, Cookie: cookie })) };
  expect(await streamed(begun, made)).toEqual([mary, rob]);
  await lab.clock.advance(60_000);
});
