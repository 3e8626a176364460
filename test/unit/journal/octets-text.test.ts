import fc from 'fast-check';
import { expect, test } from 'vitest';
import { octetsOf, octetsText } from '../../../shared/journal/octets-text.ts';
import type { RecordedMessage } from '../../../shared/journal/redact.ts';

const body = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\n', '{"request":null}\n')), { nil: null });
const message = fc.record<RecordedMessage>({ headers: fc.array(fc.string()), body, bodyBytes: fc.nat() });
const note = fc.constantFrom<Pick<RecordedMessage, 'bodyNote'>>({}, { bodyNote: 'truncated' });
const noted = fc.tuple(message, note).map(([bare, more]) => ({ ...bare, ...more }));
const maybe = fc.option(noted, { nil: null });

test('heads and bodies are read as they were written', () => {
  fc.assert(
    fc.property(maybe, maybe, (request, answer) => {
      const text = octetsText({ request, answer });
      if (text === null) expect([request, answer]).toEqual([null, null]);
      else {
        // No database takes NUL.
        const kept = JSON.parse(JSON.stringify({ request, answer }).replaceAll('\\u0000', '\\ufffd'));
        const read = octetsOf(text);
        expect(read.request?.body).toEqual(kept.request?.body);
        expect(read.answer?.body).toEqual(kept.answer?.body);
        expect(read.request?.bodyNote).toEqual(request?.bodyNote);
        expect(read.answer?.headers).toEqual(answer?.headers);
      }
    }),
  );
});

test('half a character changes no length', () => {
  const half: RecordedMessage = { headers: [], body: 'a\ud800', bodyBytes: 4 };
  const read = octetsOf(octetsText({ request: half, answer: { ...half, body: '\udc00b' } }) ?? '');
  expect([read.request?.body?.length, read.answer?.body?.length]).toEqual([2, 2]);
});
