import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids, responses, texts } from '../ews/answers.ts';
import { cloud, type Home, type MovingLab, onPremises, openMovingLab, write } from './moving-lab.ts';

const adam = 'adam@contoso.test';
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
  const { run, lab } = moving;
  await run('Enable-Mailbox adam -Archive', onPremises);
  // Synchronisation tells the tenant of the archive's GUID.
  await run('Start-ADSyncSyncCycle', onPremises);
  const { id = '' } = await write(lab, adam, onPremises, 'old letter');
  await lab.ews(
    adam,
    `<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id="archivemsgfolderroot"/></m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:MoveItem>`,
    { organization: onPremises },
  );
});
afterAll(() => moving.close());

/** What lies in the root of adam's archive; the code where it cannot be opened. */
async function archive(organization: Home): Promise<readonly string[]> {
  const shape = '<m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>';
  const parent = '<m:ParentFolderIds><t:DistinguishedFolderId Id="archivemsgfolderroot"/></m:ParentFolderIds>';
  const { body } = await moving.lab.ews(adam, `<m:FindItem Traversal="Shallow">${shape}${parent}</m:FindItem>`, { organization });
  return responses(body)[0]?.class === 'Success' ? texts(body, 'Subject').slice(0, ids(body).length) : texts(body, 'ResponseCode');
}

test('a mailbox and its archive move together', { timeout: 60_000 }, async () => {
  expect(await archive(onPremises)).toEqual(['old letter']);
  await moving.move('adam');
  await moving.lab.moved();
  const told = await moving.statistics('adam');
  expect(told).toMatchObject({ Status: 'Completed', PercentComplete: 100 });
  expect(told.lines.filter((line) => line.startsWith('Connected to source mailbox')).map((line) => /\((\w+)\)/.exec(line)?.[1])).toEqual([
    ...['Primary', 'Archive'],
  ]);
  expect(await archive(cloud)).toEqual(['old letter']);
  expect((await moving.run('Get-Mailbox adam'))[0]).toMatchObject({ ArchiveStatus: 'Active' });
});

test('both sessions of the move are one trace, which has the name of the request', async () => {
  const [told] = await moving.run<{ RequestGuid: string }>('Get-MoveRequest adam');
  const traceId = String(told?.RequestGuid).replaceAll('-', '');
  const calls = await moving.lab.journal.find({ service: 'migration', limit: 2_000 });
  expect([...new Set(calls.map((call) => call.traceId))]).toEqual([traceId]);
  const answers = await moving.lab.journal.find({ traceId, service: 'mrsproxy', limit: 2_000 });
  expect(answers.filter(({ operation }) => operation === 'ExchangeVersionInformation')).toHaveLength(2);
});

test('the mailbox moves back alone', { timeout: 60_000 }, async () => {
  const { run, lab, credential } = moving;
  await run('Remove-MoveRequest adam -Confirm:$false');
  const remote = `-RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.test`;
  await run(
    `New-MoveRequest adam -Outbound -PrimaryOnly ${remote} -RemoteTargetDatabase "Mailbox Database 4077619517" -ArchiveDomain contoso.mail.onmicrosoft.test`,
  );
  await lab.moved();
  expect(await moving.statistics('adam')).toMatchObject({ Status: 'Completed' });
  expect((await run('Get-Mailbox adam', onPremises))[0]).toMatchObject({ RecipientTypeDetails: 'UserMailbox' });
  expect((await write(lab, adam, onPremises, 'home')).code).toBe('NoError');
});
