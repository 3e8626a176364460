import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { requireEwsSchema } from '../../support/ews-schema.ts';
import { openPushListener, type PushListener } from '../../support/push-listener.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, texts } from './answers.ts';
import { createMessage, eventsIn, sendMessage, subscribe } from './subscriptions.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const second = 1_000;
const schema = requireEwsSchema();
let lab: TestLab;
let listener: PushListener;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.reset();
  listener = await openPushListener();
  earlier = (await calls()).length;
});
afterEach(() => listener.close());

const push = (url: string, minutes = 1, more = '') =>
  subscribe(lab, mary, 'Push', {
    folders: ['inbox', 'drafts'],
    events: ['Created', 'NewMail'],
    rest: `<t:StatusFrequency>${minutes}</t:StatusFrequency><t:URL>${url.replaceAll('&', '&amp;')}</t:URL>${more}`,
  });
/** The calls that have ended, in their order. */
const calls = async () =>
  (await lab.exchanges({ service: 'ews' })).filter(({ direction, outcome }) => direction === 'outgoing' && outcome !== null);
/** Waits until so many calls of this test have ended: only then is the next one set for its time. */
const ended = (count: number) => expect.poll(async () => (await calls()).length - earlier).toBe(count);
let earlier = 0;

test('a status at first, events as they happen, a status after each silence', async () => {
  const { id, watermark } = await push(listener.url, 1, '<t:CallerData>number 7</t:CallerData>');
  const first = await listener.next();
  expect(first.headers).toMatchObject({ 'content-type': 'text/xml; charset=utf-8', callerdata: 'number 7' });
  expect(first.headers.authorization).toBeUndefined();
  expect(texts(first.body, 'SubscriptionId')).toEqual([id]);
  expect(texts(first.body, 'PreviousWatermark')).toEqual([watermark]);
  expect(eventsIn(first.body)).toEqual([]);
  expect(texts(first.body, 'Watermark')).toHaveLength(1);
  await sendMessage(lab, rob, mary, 'Hello');
  const told = await listener.next();
  expect(eventsIn(told.body)).toEqual(['Created item', 'NewMail item']);
  const draft = await createMessage(lab, mary, 'A draft');
  const next = await listener.next();
  expect(attributes(next.body, 'ItemId', 'Id')).toEqual([draft]);
  expect(texts(next.body, 'PreviousWatermark')).toEqual(texts(told.body, 'Watermark').slice(-1));
  await ended(3);
  await lab.clock.advance(60 * second);
  expect(eventsIn((await listener.next()).body)).toEqual([]);
  if (schema !== undefined) for (const { body } of [first, told, next]) expect(schema.violations(body)).toEqual([]);
});

test('a subscriber who answers Unsubscribe is not called again', async () => {
  listener.answer('Unsubscribe');
  const { id } = await push(listener.url);
  await listener.next();
  const gone = async (): Promise<boolean> =>
    (await lab.store.read.selectFrom('subscription').selectAll().where('kind', '=', 'push').execute()).length === 0;
  await expect.poll(gone).toBe(true);
  const { body } = await lab.ews(mary, `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`);
  expect(texts(body, 'ResponseCode')).toEqual(['ErrorSubscriptionNotFound']);
});

test('a call that fails is repeated after 30 seconds, a minute, and no more when StatusFrequency is over', async () => {
  listener.answer(503);
  await push(listener.url, 1);
  await listener.next();
  const draft = await createMessage(lab, mary, 'Meanwhile');
  await ended(1);
  await lab.clock.advance(30 * second);
  const again = await listener.next();
  expect(attributes(again.body, 'ItemId', 'Id')).toEqual([draft]);
  await ended(2);
  await lab.clock.advance(30 * second);
  const last = await listener.next();
  expect(last.body).toBe(again.body);
  await expect.poll(async () => (await lab.store.read.selectFrom('subscription').selectAll().execute()).length).toBe(0);
});

test('a subscriber who recovers in between is told all that happened', async () => {
  listener.answer(500);
  await push(listener.url, 30);
  await listener.next();
  const ids = [await createMessage(lab, mary, 'One'), await createMessage(lab, mary, 'Two')];
  await ended(1);
  listener.answer('OK');
  await lab.clock.advance(30 * second);
  expect(attributes((await listener.next()).body, 'ItemId', 'Id')).toEqual(ids);
});

test('nothing beyond this machine is called, nor the control port', async () => {
  const { port } = new URL(lab.endpoints.adminUrl);
  for (const url of ['http://192.0.2.1/here', 'https://example.com/', `http://127.0.0.1:${port}/_coexist/v1/reset`]) {
    expect((await push(url, 1)).code).toBe('NoError');
  }
  const asked = new Set([`127.0.0.1:${port}`, '192.0.2.1', 'example.com']);
  const refused = async () => (await calls()).flatMap(({ host, code }) => (asked.has(host) ? [`${host} ${code}`] : []));
  await expect
    .poll(async () => (await refused()).toSorted())
    .toEqual([`127.0.0.1:${port} ConnectionRefused`, '192.0.2.1 NameNotFound', 'example.com NameNotFound']);
});

test('https is held to the certificates that the world trusts', async () => {
  const store = await createCertificateStore({ folder: join(lab.dataDir, 'certificates'), realNow: Date.now, permittedNames: [] });
  const elsewhere = await createCertificateStore({ folder: join(lab.dataDir, 'elsewhere'), realNow: Date.now, permittedNames: [] });
  const [good, bad] = await Promise.all([store, elsewhere].map((one) => one.leafFor(['localhost', '127.0.0.1'])));
  const listeners = await Promise.all([good, bad].map((leaf) => openPushListener({ cert: leaf?.certPem ?? '', key: leaf?.keyPem ?? '' })));
  try {
    for (const { url } of listeners) await push(url);
    expect(eventsIn((await listeners[0]?.next())?.body ?? '')).toEqual([]);
    await ended(2);
    expect((await calls()).slice(-2).map(({ code, outcome }) => code ?? outcome)).toContain('CertificateRefused');
  } finally {
    for (const one of listeners) await one.close();
  }
});
