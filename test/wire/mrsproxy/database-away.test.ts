import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../services/migration/failures.ts';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers, type Guid } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { type CutLab, openCutLab, outdate } from '../../support/database-gate.ts';
import { findPostgres } from '../../support/postgres-server.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { dialerOf, endpointOf } from './lab.ts';

describe.skipIf((await findPostgres()) === undefined)('while the database cannot be reached', () => {
  let cut: CutLab;
  beforeAll(async () => {
    cut = await openCutLab();
  }, 120_000);
  afterAll(() => cut.close());

  test('an operation fails by an exception that a mover tries again after, and so does a call whose caller is not known for sure', async () => {
    const { lab, gate } = cut;
    await runCmdlet(lab, 'contoso', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true');
    const [mailbox] = await runCmdlet<{ ExchangeGuid: Guid }>(lab, 'contoso', 'Get-Mailbox mary@contoso.test');
    const dialer = dialerOf(lab);
    const account = { is: 'account', userName: 'CONTOSO\\administrator', password: lab.password } as const;
    const endpoint = endpointOf(dialer, createIdentifiers(seededRandom('mover')), account);
    const mailboxGuid = present(mailbox, 'her mailbox').ExchangeGuid;
    const source = await openRemoteSource({ ...endpoint, mailboxGuid, kind: 'primary' });
    expect((await source.information()).displayName).toBe('Mary');
    gate.cut();
    const failed = async () => failureOf(await source.information().catch((error: unknown) => error));
    expect(await failed()).toMatchObject({
      type: 'ConnectionFailedTransientException',
      course: 'retry',
      detail: 'TransientFailure',
      side: 'Source',
    });
    gate.open();
    await expect.poll(async () => (await source.information().catch(() => undefined))?.displayName, { timeout: 20_000 }).toBe('Mary');
    const [refused] = await lab.exchanges({ service: 'mrsproxy', outcome: 'refused', operation: 'IMailbox_GetMailboxInformation' });
    expect(refused).toMatchObject({
      status: 200,
      code: 'IMailbox_GetMailboxInformation refused',
      detail: expect.stringMatching(/^the database is away: /),
    });
    await outdate(lab.store, 'contoso');
    gate.cut();
    expect(await failed()).toMatchObject({ type: 'CommunicationErrorTransientException', course: 'retry', detail: 'NetworkFailure' });
    await source.close();
    await dialer.close();
  });
});
