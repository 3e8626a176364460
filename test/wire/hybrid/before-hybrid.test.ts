import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: 'contoso-before-hybrid' });
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);
});
afterAll(() => lab.close());

test('before the wizard nobody sees anybody; after it both do', async () => {
  const both = async () => [
    ...shownIn(await askAvailability(lab, mary, [joe])),
    ...shownIn(await askAvailability(lab, joe, [mary], { organization: 'contoso-cloud' })),
  ];
  expect((await both()).map(({ code }) => code)).toEqual(['ErrorAvailabilityConfigNotFound', 'ErrorAvailabilityConfigNotFound']);
  await runCmdlet(lab, 'contoso', 'New-HybridConfiguration -Domains contoso.test');
  await runCmdlet(lab, 'contoso', 'Update-HybridConfiguration');
  const busy = '000000000200000000000000';
  expect(await both()).toMatchObject([
    { code: 'NoError', merged: busy },
    { code: 'NoError', merged: busy },
  ]);
});
