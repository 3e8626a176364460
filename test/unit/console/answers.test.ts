import { expect, test } from 'vitest';
import type * as inside from '../../../services/admin/inside-control.ts';
import type * as labs from '../../../services/admin/labs-control.ts';
import type { withoutStack } from '../../../services/admin/routes/journal.ts';
import type { WorldMap as DrawnMap } from '../../../services/admin/world-map.ts';
import type { Exchange, FullExchange, Message, Trace, TraceSummary, WorldMap } from '../../../services/console/app/answers.ts';
import { exchangeOf, lanesOf, stepsOf } from '../../../services/console/app/views/flow/steps.ts';
import type * as seenInside from '../../../services/console/app/views/inside/answers.ts';
import type * as seenLabs from '../../../services/console/app/views/labs/answers.ts';
import type { ExchangeRecord, FullExchange as KeptExchange } from '../../../shared/journal/record.ts';
import type { RecordedMessage } from '../../../shared/journal/redact.ts';
import type { TraceSummary as KeptSummary } from '../../../shared/journal/trace-summary.ts';

// What the console reads is what the control port tells: the compiler holds one against the other.
const exchange: (kept: ReturnType<typeof withoutStack<ExchangeRecord>>) => Exchange = (kept) => kept;
const whole: (kept: ReturnType<typeof withoutStack<KeptExchange>>) => FullExchange = (kept) => kept;
const message: (kept: RecordedMessage) => Message = (kept) => kept;
const map: (drawn: DrawnMap) => WorldMap = (drawn) => drawn;
const summary: (kept: KeptSummary) => TraceSummary = (kept) => kept;
const mailbox: (told: inside.SeenMailbox) => seenInside.Mailbox = (told) => told;
const folder: (told: inside.SeenFolder) => seenInside.Folder = (told) => told;
const item: (told: inside.SeenItemWhole) => seenInside.WholeItem = (told) => told;
const appointment: (told: inside.SeenAppointment) => seenInside.Appointment = (told) => told;
const lab: (told: labs.PresentedLab) => seenLabs.Presented = (told) => told;
const checked: (told: labs.LabChecked) => seenLabs.Checked = (told) => told;
const named: (told: labs.LabAnswered) => seenLabs.Named = (told) => told;

const hop = (spanId: string, of: Partial<FullExchange>): FullExchange => ({
  ...{ traceId: 't', spanId, parentSpan: null, sequence: 1, at: 0, startedMs: 1, durationMs: 1, direction: 'incoming', protocol: 'https' },
  ...{ service: 'ews', organization: 'contoso', operation: null, host: 'mail.contoso.test', target: 'POST /x', peer: null, caller: null },
  ...{ status: 200, code: null, detail: null, outcome: 'answered', verdict: null, faults: [], error: null, request: null, answer: null },
  ...of,
});

test('the types of the console are those of the control port', () => {
  const held = [exchange, whole, message, summary, map, mailbox, folder, item, appointment, lab, checked, named];
  expect(held.every((one) => typeof one === 'function')).toBe(true);
});

test('a hop that was seen from both ends is one arrow there and one back', () => {
  const far = hop('c', { organization: 'contoso-cloud', operation: 'GetUserAvailability', code: 'NoError' });
  const alone = hop('d', { direction: 'outgoing', host: 'elsewhere.test', status: null, outcome: 'aborted' });
  const trace: Trace = {
    traceId: 't',
    roots: [
      {
        exchange: hop('a', { operation: 'FindItem' }),
        children: [
          { exchange: hop('b', { direction: 'outgoing' }), children: [{ exchange: far, children: [] }] },
          { exchange: alone, children: [] },
        ],
      },
    ],
  };
  const steps = stepsOf(trace);
  expect(lanesOf(steps)).toEqual(['client', 'contoso/ews', 'contoso-cloud/ews', 'elsewhere.test']);
  expect(steps.map(({ label, tone }) => `${label} ${tone}`)).toEqual([
    'FindItem good',
    'GetUserAvailability good',
    '200 NoError good',
    'POST /x bad',
    'aborted bad',
    '200 good',
  ]);
  expect(exchangeOf(trace, 'c')).toBe(far);
});

test('of what is still open there is no answer yet', () => {
  const open = hop('a', { outcome: null, status: null });
  expect(stepsOf({ traceId: 't', roots: [{ exchange: open, children: [] }] })).toEqual([
    expect.objectContaining({ isAnswer: false, tone: 'open' }),
  ]);
});
