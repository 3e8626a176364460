import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { createFaultBook } from '../../../shared/faults/book.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { mailboxGuid } from './memory-mailbox.ts';

// What a fault rule does to operations, at the seam `mrs.call`: before they have done anything.

const book = createFaultBook({ random: seededRandom('faults') });
let proxy: ProxyLab;
beforeAll(async () => {
  proxy = await openProxyLab();
  proxy.seams = book;
  await proxy.set('-MRSProxyEnabled $true');
});
afterEach(() => book.clear());
afterAll(() => proxy.close());

const open = () => openRemoteSource({ ...proxy.endpoint(), mailboxGuid, kind: 'primary' });
const corrupt = { kind: 'exception', type: 'MapiExceptionCorruptDataException', message: 'Unable to write mailbox info.' };

test('an operation fails as the rule says, the session goes on, and the journal tells of the rule', async () => {
  book.add({ id: 'corrupt', match: { svc: 'mrsproxy', op: 'IMailbox_GetMailboxInformation' }, effect: corrupt, times: 1 });
  const source = await open();
  await expect(source.information()).rejects.toMatchObject({
    code: 'MRSRemotePermanentException',
    values: { ExceptionType: corrupt.type, Message: expect.stringContaining(corrupt.message), Kind: 'Permanent' },
  });
  expect((await source.information()).displayName).toBe('Mary Wells');
  await source.close();
  const [faulted] = await proxy.lab.exchanges({ service: 'mrsproxy', outcome: 'fault' });
  expect(faulted).toMatchObject({ operation: 'IMailbox_GetMailboxInformation', faults: [{ rule: 'corrupt', kind: 'exception' }] });
});

test('a name with Transient is worth another try', async () => {
  const effect = { ...corrupt, type: 'DataExportTransientException' };
  book.add({ match: { op: 'IMailbox_Connect2' }, effect });
  await expect(open()).rejects.toMatchObject({ code: 'MRSRemoteTransientException', values: { ExceptionType: effect.type } });
});

test('a connection that is taken away in mid-session is made anew, and the call comes again', async () => {
  book.add({ match: { op: 'IMailbox_Connect2' }, seam: 'mrs.call', effect: { kind: 'reset' }, times: 1 });
  const source = await open();
  expect((await source.information()).displayName).toBe('Mary Wells');
  await source.close();
});
