import { afterAll, beforeAll, expect, test } from 'vitest';
import zoneTable from '../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  // Of rules that change the client sorts the first one to the end and then throws, whoever wrote them (0.15.3,
  // TimeZoneDefinition.CompareTransitions). Around 2032 no zone has any.
  lab = await openTestLab({ clock: 'frozen@2032-07-01T09:00Z' });
});
afterAll(() => lab.close());

test('every time zone of the server, with its rules', async () => {
  const service = javascriptService(lab, 'mary');
  const zones = await service.GetServerTimeZones();
  expect(zones.map(({ Id }) => Id)).toEqual(Object.keys(zoneTable.zones));
  const of = (id: string) => zones.find(({ Id }) => Id === id);
  expect([of('Pacific Standard Time')?.DisplayName, of('Pacific Standard Time')?.SupportsDaylightSavingTime]).toEqual([
    '(UTC-08:00) Los Angeles',
    true,
  ]);
  expect(of('India Standard Time')?.SupportsDaylightSavingTime).toBe(false);
});
