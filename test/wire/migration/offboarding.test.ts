import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloud, holdings, type MovingLab, onPremises, openMovingLab, send, write } from './moving-lab.ts';

const mary = 'mary@contoso.test';
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterAll(() => moving.close());

test('a mailbox that has moved to the cloud moves back, in several visits, with what was written there', { timeout: 90_000 }, async () => {
  const { lab, run, credential } = moving;
  const before = await holdings(lab, mary, onPremises);
  await moving.move('mary');
  await lab.moved();
  expect(await moving.statistics('mary')).toMatchObject({ Status: 'Completed' });
  await write(lab, mary, cloud, 'written in the cloud');

  const remote = `-RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.test`;
  const back = `New-MoveRequest mary -Outbound ${remote} -RemoteTargetDatabase "Mailbox Database 4077619517" -SuspendWhenReadyToComplete`;
  await expect(run(back)).rejects.toThrow(/has a move request that is Completed/);
  await run('Remove-MoveRequest mary -Confirm:$false');
  await run(back);
  await lab.moved();
  expect(await moving.statistics('mary')).toMatchObject({ Status: 'AutoSuspended', PercentComplete: 95 });
  await write(lab, mary, cloud, 'written after the copy');
  await run('Resume-MoveRequest mary');
  await lab.moved();
  expect(await moving.statistics('mary')).toMatchObject({ Status: 'Completed', StatusDetail: 'Completed' });

  const [here] = await run('Get-Mailbox mary', onPremises);
  expect(here).toMatchObject({ RecipientTypeDetails: 'UserMailbox', PrimarySmtpAddress: mary });
  const [there] = await run('Get-Recipient mary');
  expect(there).toMatchObject({ RecipientTypeDetails: 'MailUser', ExternalEmailAddress: `SMTP:${mary}` });
  const after = await holdings(lab, mary, onPremises);
  const isNew = (line: string): boolean => line.includes('"written ');
  expect(after.filter((line) => !isNew(line))).toEqual(before);
  expect(after.filter(isNew)).toHaveLength(2);
  await send(lab, 'joe@contoso.test', cloud, mary, 'home again');
  expect((await holdings(lab, mary, onPremises)).filter((line) => line.includes('"home again"'))).toHaveLength(1);
});
