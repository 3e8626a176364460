import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloud, deliveryDomain, holdings, type MovingLab, onPremises, openMovingLab, write } from './moving-lab.ts';

const people = ['adam', 'rob'];
const day = 86_400_000;
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
  const { run, credential } = moving;
  await run(`New-MigrationEndpoint -Name hybrid -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`);
});
afterAll(() => moving.close());

const batch = async () => (await moving.run('Get-MigrationBatch wave'))[0];

test('a batch moves its people together: synced, synced again each day, and completed when somebody says so', {
  timeout: 120_000,
}, async () => {
  const { lab, run } = moving;
  const before = new Map<string, readonly string[]>();
  for (const name of people) before.set(name, await holdings(lab, `${name}@contoso.test`, onPremises));
  const csv = Buffer.from(`EmailAddress\n${people.map((name) => `${name}@contoso.test`).join('\n')}\n`).toString('base64');
  await run(`New-MigrationBatch -Name wave -SourceEndpoint hybrid -TargetDeliveryDomain ${deliveryDomain} -CSVData "${csv}" -AutoStart`);
  await lab.moved();
  expect(await batch()).toMatchObject({ Status: 'Synced' });
  expect((await run('Get-MigrationUser')).map(({ Status }) => Status)).toEqual(['Synced', 'Synced']);
  await write(lab, 'rob@contoso.test', onPremises, 'the next day');
  await lab.clock.advance(day);
  await lab.moved();
  expect((await moving.statistics('rob')).lines.at(-1)).toMatch(/^The mailbox is synced\./);
  await run('Complete-MigrationBatch wave');
  await lab.moved();
  expect(await batch()).toMatchObject({ Status: 'Completed' });
  for (const name of people) {
    const after = await holdings(lab, `${name}@contoso.test`, cloud);
    expect(after.filter((line) => !line.includes('"the next day"'))).toEqual(before.get(name));
  }
  expect((await holdings(lab, 'rob@contoso.test', cloud)).filter((line) => line.includes('"the next day"'))).toHaveLength(1);
});
