import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, changeOf, changeRow } from '../../../shared/domain/mailbox/change-rows.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';

const mailbox = '0d8a3a3e-7f6b-4c39-9a53-6a1d0d3f7a11' as Guid;
const counter = fc.nat();
const origin = fc.oneof(
  fc.constant({ how: 'delivered' } as const),
  fc.record({ how: fc.constantFrom('moved', 'copied'), object: counter, folder: counter }),
);
const plain = { kind: fc.constantFrom('folder', 'item', 'associated'), object: counter, folder: fc.option(counter) } as const;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ ...plain, operation: fc.constantFrom('create', 'update', 'read-flag', 'delete') }),
  fc.record({ ...plain, operation: fc.constantFrom('create', 'update'), origin }),
  fc.record({ ...plain, operation: fc.constant('delete' as const), isMove: fc.constant(true) }),
);

test('what the log keeps of a change is the change', () => {
  fc.assert(
    fc.property(change, fc.nat(), (what, sequence) => {
      expect(changeOf(changeRow(mailbox, sequence, what, 0))).toEqual(what);
    }),
  );
});
