import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { type MrsMessage, readMrsMessage, writeMrsMessage } from '../../../shared/protocols/mrs/message.ts';
import { readServiceFault, type ServiceFault, serviceFaultElement } from '../../../shared/protocols/mrs/service-fault.ts';
import { element } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';

test('a message is read as it was written', () => {
  const word = fc.stringMatching(/^[!-~äöü☃]{1,20}$/);
  const count = fc.integer({ min: 1, max: 1_000_000 });
  const message: fc.Arbitrary<MrsMessage> = fc.record({
    action: word,
    messageId: fc.option(word, { nil: undefined }),
    relatesTo: fc.option(word, { nil: undefined }),
    to: fc.option(word, { nil: undefined }),
    replyTo: fc.option(word, { nil: undefined }),
    sequence: fc.option(fc.record({ identifier: word, number: count, isLast: fc.boolean() }), { nil: undefined }),
    acknowledgements: fc.array(
      fc.record({
        identifier: word,
        ranges: fc.array(fc.tuple(count, count).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)),
        remaining: fc.option(count, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
    acknowledgementsAsked: fc.array(word, { maxLength: 2 }),
    mailboxGuid: fc.option(word, { nil: undefined }),
    body: fc.constant(undefined),
  });
  fc.assert(
    fc.property(message, (one) => {
      expect(readMrsMessage(writeMrsMessage(one))).toEqual(one);
    }),
    { seed: inject('seed'), numRuns: 200 },
  );
});

test('whatever octets come, they are read or refused', () => {
  const whole = writeMrsMessage({
    action: 'a',
    sequence: { identifier: 's', number: 1, isLast: true },
    body: element('urn:x', 'y'),
  }).toString();
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 4 }), (at, put) => {
      try {
        readMrsMessage(Buffer.from(whole.slice(0, at) + put + whole.slice(at + put.length)));
      } catch (error) {
        expect((error as Error).name).toMatch(/^(?:XmlSyntaxError|Refusal)$/);
      }
    }),
    { seed: inject('seed'), numRuns: 500 },
  );
});

test('the detail of a fault is read as it was written, its members in the order of their names', () => {
  const inner: ServiceFault = { exceptionType: 'B', message: 'behind', kind: 'Permanent', side: null, errorCode: 1, inner: null };
  const fault: ServiceFault = {
    exceptionType: 'SourceMailboxAlreadyBeingMovedTransientException',
    message: 'Couldn\'t <switch> & "wait"',
    kind: 'Transient',
    side: 'Source',
    errorCode: -2_146_233_088,
    inner,
  };
  const text = writeXml(serviceFaultElement(fault));
  expect(readServiceFault([parseXml(text)])).toEqual(fault);
  const names = [...writeXml(serviceFaultElement(inner)).matchAll(/<n1:(\w+)/g)].map(([, name = '']) => name).slice(1);
  expect(names).toEqual(names.toSorted((left, right) => (left < right ? -1 : 1)));
  expect(readServiceFault([element('urn:else', 'MailboxReplicationServiceFault')])).toBeUndefined();
});

test('faults behind faults are read to a depth', () => {
  let fault: ServiceFault = { exceptionType: 'A', message: '', kind: 'Permanent', side: null, errorCode: 0, inner: null };
  for (let depth = 0; depth < 9; depth += 1) fault = { ...fault, inner: fault };
  expect(readServiceFault([serviceFaultElement(fault)])).toBeUndefined();
});
