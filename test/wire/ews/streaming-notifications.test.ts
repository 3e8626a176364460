import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, faultOf, responses, texts } from './answers.ts';
import { openEventStream } from './event-stream.ts';
import { createMessage, eventsIn, sendMessage, subscribe } from './subscriptions.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const second = 1_000;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const status = (document: string | undefined): string => texts(document ?? '<none/>', 'ConnectionStatus')[0] ?? '';

test('OK at once, a heartbeat every 45 seconds of the world, Closed when the time is over', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming');
  const stream = await openEventStream(lab, mary, [id], 2);
  expect(stream.headers['content-encoding']).toBeUndefined();
  expect(stream.headers['transfer-encoding']).toBe('chunked');
  expect(stream.headers['content-type']).toBe('text/xml; charset=utf-8');
  const first = await stream.next();
  expect(first?.startsWith('<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"')).toBe(true);
  expect(status(first)).toBe('OK');
  for (let beat = 0; beat < 2; beat += 1) {
    await lab.clock.advance(45 * second);
    expect(status(await stream.next())).toBe('OK');
  }
  await lab.clock.advance(30 * second);
  expect((await stream.rest()).map(status)).toEqual(['Closed']);
});

test('events leave as they happen, and wait for the next connection where there is none', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming', { folders: ['inbox'], events: ['NewMail'] });
  const stream = await openEventStream(lab, mary, [id]);
  await stream.next();
  await sendMessage(lab, rob, mary, 'One');
  const told = await stream.next();
  expect(eventsIn(told ?? '')).toEqual(['NewMail item']);
  expect(texts(told ?? '', 'SubscriptionId')).toEqual([id]);
  expect(texts(told ?? '', 'Watermark')).toEqual([]);
  await lab.clock.advance(30 * 60 * second);
  expect((await stream.rest()).map(status)).toEqual(['Closed']);
  await sendMessage(lab, rob, mary, 'Two');
  const next = await openEventStream(lab, mary, [id]);
  const documents = await next.until((document) => eventsIn(document).length > 0);
  expect(documents.map(status)).toEqual(['OK', '']);
  expect(attributes(documents[1] ?? '', 'ItemId', 'Id')).not.toEqual(attributes(told ?? '', 'ItemId', 'Id'));
  next.destroy();
});

test('several subscriptions on one connection, each told of its own', async () => {
  const drafts = await subscribe(lab, mary, 'Streaming', { folders: ['drafts'], events: ['Created'] });
  const inbox = await subscribe(lab, mary, 'Streaming', { folders: ['inbox'], events: ['NewMail'] });
  const stream = await openEventStream(lab, mary, [drafts.id, inbox.id]);
  await createMessage(lab, mary, 'Draft');
  const [created = ''] = (await stream.until((document) => texts(document, 'SubscriptionId').includes(drafts.id))).slice(-1);
  expect(eventsIn(created)).toEqual(['Created item']);
  await sendMessage(lab, rob, mary, 'Mail');
  const [fresh = ''] = (await stream.until((document) => texts(document, 'SubscriptionId').includes(inbox.id))).slice(-1);
  expect(eventsIn(fresh)).toEqual(['NewMail item']);
  stream.destroy();
});

test('a second connection takes the subscription over and the first one ends', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming', { folders: ['drafts'], events: ['Created'] });
  const first = await openEventStream(lab, mary, [id]);
  await first.next();
  const second = await openEventStream(lab, mary, [id]);
  const documents = await first.rest();
  expect(documents.flatMap(responses).map(({ code }) => code)).toEqual(['ErrorNewEventStreamConnectionOpened', 'NoError']);
  expect(texts(documents[0] ?? '', 'SubscriptionId')).toEqual([id]);
  expect(status(documents[1])).toBe('Closed');
  await createMessage(lab, mary, 'For the second');
  await second.until((document) => eventsIn(document).length === 1);
  second.destroy();
});

test('an end of the subscription ends the connection', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming');
  const stream = await openEventStream(lab, mary, [id]);
  await stream.next();
  await lab.ews(mary, `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`);
  expect((await stream.rest()).flatMap(responses).map(({ code }) => code)).toEqual(['ErrorSubscriptionUnsubscribed', 'NoError']);
});

test('ids that cannot be streamed are named, and nothing is opened', async () => {
  const good = await subscribe(lab, mary, 'Streaming');
  const pull = await subscribe(lab, mary, 'Pull');
  const others = await subscribe(lab, rob, 'Streaming');
  const stream = await openEventStream(lab, mary, [good.id, 'AAA-', pull.id, others.id]);
  const [document = '', ...rest] = await stream.rest();
  expect(rest).toEqual([]);
  expect(responses(document).map(({ code, text }) => `${code}: ${text}`)).toEqual([
    'ErrorInvalidSubscription: Subscription is invalid.',
    'ErrorSubscriptionAccessDenied: Access is denied. Only the subscription owner may access the subscription.',
  ]);
  expect(texts(document, 'SubscriptionId')).toEqual(['AAA-', pull.id, others.id]);
  expect(texts(document, 'ConnectionStatus')).toEqual(['Closed', 'Closed']);
});

test('ten connections are the most, and one that ends makes room', async () => {
  const { id } = await subscribe(lab, rob, 'Streaming');
  const ids = await Promise.all(Array.from({ length: 10 }, async () => (await subscribe(lab, rob, 'Streaming')).id));
  const streams = await Promise.all(ids.map((one) => openEventStream(lab, rob, [one], 1)));
  await Promise.all(streams.map((stream) => stream.next()));
  const [refused = ''] = await (await openEventStream(lab, rob, [id])).rest();
  expect(faultOf(refused).code).toBe('ErrorExceededConnectionCount');
  await lab.clock.advance(60 * second);
  await Promise.all(streams.map((stream) => stream.rest()));
  const stream = await openEventStream(lab, rob, [id]);
  expect(status(await stream.next())).toBe('OK');
  stream.destroy();
});

test('clients that leave free their connections', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, async () => (await subscribe(lab, mary, 'Streaming')).id));
  const streams = await Promise.all(ids.map((one) => openEventStream(lab, mary, [one])));
  for (const stream of streams) stream.destroy();
  const [id = ''] = ids;
  const opens = async (): Promise<string> => {
    const stream = await openEventStream(lab, mary, [id]);
    const document = await stream.next();
    stream.destroy();
    return status(document);
  };
  await expect.poll(opens).toBe('OK');
});

test('a fault rule may answer in place of a stream', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming');
  const effect = { kind: 'status', status: 503, headers: {}, body: 'busy' } as const;
  for (const seam of ['http.response', 'soap.response'] as const) {
    lab.faults.add({ seam, match: { svc: 'ews', op: 'GetStreamingEvents' }, effect, times: 1 });
    const stream = await openEventStream(lab, mary, [id]);
    expect(stream.status).toBe(503);
    expect(await stream.next()).toBeUndefined();
  }
});

test('a stream that a fault rule breaks off ends in the midst of a document', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming');
  lab.faults.add({ match: { svc: 'ews', op: 'GetStreamingEvents' }, effect: { kind: 'truncate', bytes: 300 }, times: 1 });
  const stream = await openEventStream(lab, mary, [id]);
  expect(stream.status).toBe(200);
  await expect(stream.next()).rejects.toThrow(/aborted/);
});

test('a stream that a fault rule slows down is the same', async () => {
  const { id } = await subscribe(lab, mary, 'Streaming');
  lab.faults.add({ match: { svc: 'ews', op: 'GetStreamingEvents' }, effect: { kind: 'drip', bytes: 100, everyMs: 2 }, times: 1 });
  const stream = await openEventStream(lab, mary, [id]);
  expect(await stream.next()).toContain('<m:ConnectionStatus>OK</m:ConnectionStatus>');
  stream.destroy();
});
