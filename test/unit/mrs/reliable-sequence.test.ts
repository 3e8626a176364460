import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import {
  acknowledgementOf,
  answered,
  numbered,
  openedSequence,
  receive,
  type SentSequence,
  type ServedSequence,
  sequenceLimits,
  takeAnswer,
} from '../../../shared/protocols/mrs/reliable-sequence.ts';

const place = (number: number, isLast = false) => ({ identifier: 's', number, isLast });
const confirmed = (from: number, to: number) => [{ identifier: 'o', ranges: [[from, to]] as const }];
const opened = (): ServedSequence<string> => openedSequence('s', 'o');

/** Takes the next number and answers it. */
function served(state: ServedSequence<string>, number: number, answer = `a${number}`): ServedSequence<string> {
  const { state: taken, receipt } = receive(state, place(number), []);
  expect(receipt).toEqual({ is: 'next' });
  return answered(taken, number, () => answer);
}

test('a request is next, again while it is being made and while its answer is kept, and told when that is confirmed', () => {
  const { state: making, receipt } = receive(opened(), place(1), []);
  expect(receipt).toEqual({ is: 'next' });
  expect(receive(making, place(1), []).receipt).toEqual({ is: 'again' });
  const made = answered(making, 1, (number) => `answer ${number}`);
  expect(receive(made, place(1), []).receipt).toEqual({ is: 'again' });
  expect(made.kept.get(1)).toEqual({ number: 1, answer: 'answer 1' });
  const { state: clear, receipt: after } = receive(made, place(1), confirmed(1, 1));
  expect([after, clear.kept.size]).toEqual([{ is: 'told' }, 0]);
});

test.each([
  ['nothing', 0, [[0, 0]], 32],
  ['two answers', 2, [[1, 2]], 30],
])('what has come is told: %s', (_, count, ranges, remaining) => {
  let state = opened();
  for (let number = 1; number <= count; number += 1) state = served(state, number);
  expect(acknowledgementOf(state)).toEqual({ identifier: 's', ranges, remaining });
});

test.each([
  ['an answer confirmed that was never sent', place(2), confirmed(1, 2), 'InvalidAcknowledgement'],
  ['after the last', place(3), [], 'LastMessageNumberExceeded'],
  ['an earlier one that says it is the last', place(1, true), [], 'LastMessageNumberExceeded'],
  ['beyond what is counted', place(sequenceLimits.highestNumber), [], 'MessageNumberRollover'],
])('refused: %s', (_, told, acknowledgements, fault) => {
  const first = served(opened(), 1);
  const state = { ...receive(first, place(2, true), []).state };
  expect(receive(state, told, acknowledgements).receipt).toEqual({ is: 'fault', fault });
});

test('other sequences confirm nothing', () => {
  const state = served(opened(), 1);
  expect(receive(state, undefined, [{ identifier: 'else', ranges: [[1, 9]] }]).state.kept.size).toBe(1);
});

test('an answer is taken once, in its order, of its own sequence', () => {
  const sent: SentSequence = numbered({ identifier: 's', offered: 'o', sent: 0, received: 0 });
  expect(sent.sent).toBe(1);
  const answer = { identifier: 'o', number: 1, isLast: false };
  const { state, receipt } = takeAnswer(sent, answer);
  expect([state.received, receipt]).toEqual([1, 'taken']);
  expect(takeAnswer(state, answer).receipt).toBe('out-of-order');
  expect(takeAnswer(sent, { ...answer, identifier: 's' }).receipt).toBe('foreign-sequence');
  expect(takeAnswer(sent, undefined).receipt).toBe('not-an-answer');
});

test('in whatever order messages come and as often as they like, each is next once, after those before it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ number: fc.integer({ min: 1, max: 40 }), confirms: fc.boolean(), answers: fc.boolean() })),
      (arrivals) => {
        let state = opened();
        const done: number[] = [];
        const unanswered: number[] = [];
        for (const { number, confirms, answers } of arrivals) {
          const acknowledgements = confirms && state.sent > 0 ? confirmed(1, state.sent) : [];
          const { state: after, receipt } = receive(state, place(number), acknowledgements);
          state = after;
          if (receipt.is === 'next') {
            done.push(number);
            unanswered.push(number);
          }
          // Never more than the window, answers kept and requests under way together.
          expect(state.kept.size + state.received - state.sent).toBeLessThanOrEqual(sequenceLimits.mostKept);
          while (answers && unanswered.length > 0) {
            const [first = 0] = unanswered.splice(0, 1);
            state = answered(state, first, (own) => `${first} as ${own}`);
          }
        }
        expect(done).toEqual(done.map((_, index) => index + 1));
        expect(state.received).toBe(done.length);
      },
    ),
    { seed: inject('seed'), numRuns: 500 },
  );
});
