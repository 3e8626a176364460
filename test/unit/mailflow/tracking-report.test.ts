import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrackingEventId, TrackingFacts } from '../../../shared/domain/mailflow/tracking.ts';
import { pathTo, recipientEvents, summaryOf } from '../../../shared/domain/mailflow/tracking-report.ts';
import {
  formatTrackingReportId,
  parseTrackingReportId,
  type TrackingReportId,
} from '../../../shared/domain/mailflow/tracking-report-id.ts';
import type { TrackedEvent } from '../../../shared/domain/mailflow/tracking-search.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

const text = fc.string({ minLength: 1, maxLength: 40 }).filter((one) => one === one.trim() && !/[^\x20-\xff]/.test(one));

test('an id of a report comes back as it went, whatever stands in it', () => {
  const ids = fc.record({
    ...{ messageId: text, server: text, domain: text, internalId: fc.nat() },
    is: fc.constantFrom('Sender' as const, 'Recipient' as const),
    user: text.map((one) => namedGuid(one)),
  });
  fc.assert(
    fc.property(ids, (id: TrackingReportId) => {
      expect(parseTrackingReportId(formatTrackingReportId(id))).toEqual(id);
    }),
  );
});

test.each([
  '',
  'LegacyExchangeReportId',
  'Message-Id=1',
  'Message-Id=1,Server=a,Internal-Id=x,Sender=00000000-0000-0000-0000-000000000000,Domain=a',
  'Message-Id=1,Server=a,Internal-Id=1,Sender=nobody,Domain=a',
  'Message-Id=1,Server=a,Internal-Id=1,Sender=00000000-0000-0000-0000-000000000000,Domain=a,Domain=b',
  `Message-Id=${'1'.repeat(5_000)},Server=a,Internal-Id=1,Sender=00000000-0000-0000-0000-000000000000,Domain=a`,
])('no id: %.60s', (id) => {
  expect(parseTrackingReportId(id)).toBeUndefined();
});

const row = (event: TrackingEventId, facts: TrackingFacts): TrackedEvent => ({
  ...{ at: 1, event, source: 'STOREDRIVER', messageId: '<1>', sender: 'mary@a.test' },
  facts: { internalMessageId: 1, ...facts },
});
const of = (rows: readonly TrackedEvent[]) => recipientEvents(rows, { server: 'ex.a.test', isPartner: (domain) => domain === 'b.test' });
const words = (events: ReturnType<typeof of>) =>
  events.map(({ recipient, description, root = '' }) => `${recipient} ${description} ${root}`.trim());

test('what leads from one recipient to others, and where each of them ends', () => {
  const events = of([
    row('RECEIVE', { recipients: ['all@a.test', 'fwd@a.test'] }),
    row('EXPAND', { recipients: ['inner@a.test', 'rob@a.test'], relatedRecipientAddress: 'all@a.test' }),
    row('EXPAND', { recipients: ['zoe@a.test'], relatedRecipientAddress: 'inner@a.test' }),
    row('REDIRECT', { recipients: ['joe@a.test'], relatedRecipientAddress: 'fwd@a.test' }),
    row('RESOLVE', { recipients: ['joe@b.test'], relatedRecipientAddress: 'joe@a.test' }),
    row('DELIVER', { recipients: ['rob@a.test', 'zoe@a.test'] }),
    row('DEFER', { recipients: ['joe@b.test'], recipientStatus: ['451 4.4.0 later'] }),
    row('SEND', { recipients: ['joe@b.test'], recipientStatus: ['250 2.6.0'] }),
  ]);
  expect(words(summaryOf(events))).toEqual([
    'rob@a.test Delivered all@a.test',
    'zoe@a.test Delivered all@a.test',
    'joe@a.test TransferredToPartnerOrg fwd@a.test',
  ]);
  expect(words(pathTo(events, 'ZOE@a.test'))).toEqual([
    'all@a.test Submitted',
    'inner@a.test Expanded all@a.test',
    'zoe@a.test Expanded all@a.test',
    'zoe@a.test Delivered all@a.test',
  ]);
  expect(pathTo(events, 'joe@a.test').find(({ description }) => description === 'MessageDefer')?.data).toEqual(['451 4.4.0 later']);
  expect(pathTo(events, 'nobody@a.test')).toEqual([]);
});

test('what waits for a moderator, and what he decides', () => {
  const held = [
    row('RECEIVE', { recipients: ['team@a.test'] }),
    row('INITMESSAGECREATED', { recipients: ['team@a.test'], relatedRecipientAddress: 'team@a.test' }),
  ];
  const told = (rows: readonly TrackedEvent[]) =>
    summaryOf(of(rows)).map(({ recipient, status, description }) => `${recipient} ${status} ${description}`);
  expect(told(held)).toEqual(['team@a.test Pending PendingModeration']);
  expect(told([...held, row('MODERATORREJECT', { recipients: ['team@a.test'] })])).toEqual(['team@a.test Unsuccessful FailedModeration']);
  const approved = row('MODERATORAPPROVE', { recipients: ['team@a.test'] });
  const expanded = row('EXPAND', { recipients: ['rob@a.test'], relatedRecipientAddress: 'team@a.test' });
  expect(told([...held, approved, expanded, row('DELIVER', { recipients: ['rob@a.test'] })])).toEqual(['rob@a.test Delivered Delivered']);
});

test('who keeps a copy and forwards is told of both', () => {
  const events = of([
    row('RECEIVE', { recipients: ['fwd@a.test'] }),
    row('REDIRECT', { recipients: ['rob@a.test'], relatedRecipientAddress: 'fwd@a.test' }),
    row('DELIVER', { recipients: ['fwd@a.test', 'rob@a.test'] }),
  ]);
  expect(words(summaryOf(events))).toEqual(['fwd@a.test Delivered', 'rob@a.test Delivered fwd@a.test']);
});

test('people who forward to each other in a circle', () => {
  const events = of([
    row('RECEIVE', { recipients: ['a@a.test'] }),
    row('REDIRECT', { recipients: ['b@a.test'], relatedRecipientAddress: 'a@a.test' }),
    row('REDIRECT', { recipients: ['a@a.test'], relatedRecipientAddress: 'b@a.test' }),
    row('FAIL', { recipients: ['a@a.test'], recipientStatus: ['550 5.4.6'] }),
  ]);
  expect(words(summaryOf(events)).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(['a@a.test FailedGeneral']);
});
