import { expect, test } from 'vitest';
import { callerOf } from '../../../shared/bridges/access/basic.ts';
import { mailboxAccess } from '../../../shared/bridges/access/mailbox-access.ts';
import { recipient } from '../../contracts/directory/recipients.ts';

const mary = recipient('mary');
const rob = recipient('rob');
const administrator = recipient('administrator');
const info = recipient('info', { type: 'SharedMailbox', access: [{ trustee: mary.guid, right: 'FullAccess', inherited: false }] });

test('the owner opens a mailbox, and who was given full access', () => {
  expect(mailboxAccess(callerOf(mary), mary)).toMatchObject({ right: 'owner', verdict: { accepted: true } });
  expect(mailboxAccess(callerOf(mary), info)).toMatchObject({ right: 'FullAccess', verdict: { accepted: true } });
});

test.each([
  ['a colleague', rob, mary],
  ['a colleague without the right', rob, info],
  ['the administrator', administrator, mary],
  ['the same object of another organisation', { ...mary, organization: 'other' }, mary],
  ['a trustee of another organisation', { ...mary, organization: 'other' }, info],
])('%s is refused', (_who, caller, owner) => {
  expect(() => mailboxAccess(callerOf(caller), owner)).toThrow(expect.objectContaining({ code: 'access-denied' }));
});
