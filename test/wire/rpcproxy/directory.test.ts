import { afterAll, beforeAll, expect, test } from 'vitest';
import { directoryType, readDirectoryAnswer } from '../../../shared/protocols/rpch/directory.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const post = (body: unknown, { port = 6004, type = directoryType, user = 'mary' } = {}) =>
  lab.https(`https://mail.contoso.test/rpc/rpcproxy.dll?EX-SE-01:${port}`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: basic(`CONTOSO\\${user}`, lab.password) },
    body: JSON.stringify(body),
  });

test('the directory tells whom the address lists show, in the order of their GUIDs', async () => {
  await runCmdlet(lab, 'contoso', 'Set-Mailbox adam -HiddenFromAddressListsEnabled $true');
  const answer = readDirectoryAnswer((await post({ operation: 'QueryRows', after: null })).octets);
  expect(answer).toMatchObject({ isComplete: true, serverVersion: '15.2.2562.17' });
  const byAddress = new Map(answer.rows.map((row) => [row.primaryAddress, row]));
  expect(byAddress.get('mary@contoso.test')).toMatchObject({ type: 'UserMailbox', alias: 'mary', targetAddress: null });
  expect(byAddress.get('joe@contoso.test')).toMatchObject({ targetAddress: 'joe@contoso.mail.onmicrosoft.test' });
  expect(byAddress.get('all-staff@contoso.test')?.members).toContain('rob@contoso.test');
  expect(byAddress.has('adam@contoso.test')).toBe(false);
  const guids = answer.rows.map(({ guid }) => guid);
  expect(guids).toEqual(guids.toSorted());
  const rest = readDirectoryAnswer((await post({ operation: 'QueryRows', after: guids[1] ?? '' })).octets);
  expect(rest.rows.map(({ guid }) => guid)).toEqual(guids.slice(2));
});

test.each<[string, unknown, Parameters<typeof post>[1], number]>([
  ['of nobody', { operation: 'QueryRows', after: null }, { user: 'nobody' }, 401],
  ['at the port of the store', { operation: 'QueryRows', after: null }, { port: 6001 }, 405],
  ['of another type', { operation: 'QueryRows', after: null }, { type: 'application/json' }, 405],
  ['that cannot be read', { operation: 'Other' }, {}, 400],
  ['that is too long', { operation: 'QueryRows', after: 'x'.repeat(10_000) }, {}, 413],
])('a request %s is refused', async (_, body, options, status) => {
  expect((await post(body, options)).status).toBe(status);
});
