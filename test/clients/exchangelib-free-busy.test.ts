import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import zoneTable from '../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { enterAppointments } from '../support/appointments.ts';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

interface Found {
  readonly zones: number;
  readonly unreadable: readonly string[];
  readonly free_busy: Readonly<Record<string, readonly { readonly merged: string; readonly events: readonly (readonly string[])[] }[]>>;
}

describe.skipIf(!hasExchangelib)('exchangelib as Debian ships it', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
    for (const mail of ['mary@contoso.test', 'rob@contoso.test']) {
      await enterAppointments(lab, 'contoso', mail, [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review' }]);
    }
  });
  afterAll(async () => {
    await lab.close();
  });

  test('reads every definition, and free/busy of two mailboxes in zones that it asked for', async () => {
    const { zones, unreadable, free_busy: freeBusy } = await run();
    expect(unreadable).toEqual([]);
    expect(zones).toBe(Object.keys(zoneTable.zones).length);
    // The hours since midnight there at which it is nine o'clock in UTC; half an hour past in India.
    const busy = { 'Europe/Berlin': [10], 'America/New_York': [4], 'Asia/Kolkata': [14, 15], UTC: [9] };
    for (const [zone, hours] of Object.entries(busy)) {
      const digits = Array.from({ length: 24 }, (_, hour) => (hours.includes(hour) ? '2' : '0')).join('');
      expect([zone, freeBusy[zone]?.map(({ merged }) => merged)]).toEqual([zone, [digits, digits]]);
      expect(freeBusy[zone]?.map(({ events }) => events.length)).toEqual([1, 1]);
    }
  }, 120_000);

  async function run(): Promise<Found> {
    const file = join(lab.dataDir, 'endpoints-for-free-busy.json');
    writeFileSync(file, JSON.stringify(lab.endpoints));
    const { proxyUrl, caFile } = lab.endpoints;
    const variables = { COEXIST_ENDPOINTS: file, HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
    const script = join(import.meta.dirname, 'exchangelib', 'free_busy.py');
    const { stdout } = await promisify(execFile)(python, [script], { env: { ...process.env, ...variables } });
    return JSON.parse(stdout);
  }
});
