import { expect, onTestFinished, test, vi } from 'vitest';
import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';
import type { MoveRequest, MoveTerms } from '../../../shared/domain/migration/move-request.ts';
import { started, synced } from '../../../shared/domain/migration/move-transitions.ts';
import { cloud, credential, openMigrationLab, requestOf, start, work } from './migration-ground.ts';

const minute = 60_000;
const csv = Buffer.from('EmailAddress\r\nmary@contoso.test\r\nsvc@contoso.test').toString('base64');
const endpoint = `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${credential} -SkipVerification`;
const batch = `New-MigrationBatch -Name Wave1 -SourceEndpoint Hybrid -TargetDeliveryDomain contoso.mail.onmicrosoft.test -CSVData "${csv}" -AutoStart`;
const shown = (one: CmdletObject | undefined): string => JSON.stringify([one?.['Status'], one?.['CompleteAfter']]);
const seededAs = (request: MoveRequest): Partial<MoveRequest> => synced({ ...request, ...started(request, start) }, start);

test.each<[string, (terms: MoveTerms) => boolean, string]>([
  ['Complete-MigrationBatch Wave1', ({ preventCompletion }) => !preventCompletion, 'Completing'],
  ['Set-MigrationBatch Wave1 -CompleteAfter 2026-12-01', ({ completeAfter }) => completeAfter !== null, 'Synced'],
  ['Stop-MigrationBatch Wave1', ({ suspend }) => suspend, 'Stopped'],
])('%s holds for the batch and all its requests or for none, whenever the process ends', async (line, isDone, status) => {
  const lab = await openMigrationLab();
  onTestFinished(() => lab.close());
  const run = (words: string, at = start) => lab.run(words, cloud, at);
  const requests = () => Promise.all(['mary', 'svc'].map((name) => requestOf(lab, name)));
  await run(endpoint);
  await run(batch);
  for (const request of await requests()) await work(lab, request, seededAs);
  const { transaction } = lab.store;
  const [before] = await run('Get-MigrationBatch');
  let isOver = false;
  for (let most = 1; !isOver && most < 50; most += 1) {
    let begun = 0;
    const dying = vi.spyOn(lab.store, 'transaction').mockImplementation((work) => {
      begun += 1;
      if (begun > most) throw new Error('killed');
      return transaction.call(lab.store, work) as never;
    });
    isOver = await run(line, start + minute).then(
      () => true,
      () => false,
    );
    dying.mockRestore();
    const done = (await requests()).map(({ terms }) => isDone(terms));
    const [after] = await run('Get-MigrationBatch');
    const isChanged = shown(after) !== shown(before);
    expect([...done, isChanged]).toEqual(isChanged ? [true, true, true] : [false, false, false]);
  }
  expect([isOver, (await run('Get-MigrationBatch', start + minute))[0]]).toEqual([true, expect.objectContaining({ Status: status })]);
});
