import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CutLab, openCutLab, outdate } from '../../support/database-gate.ts';
import { findPostgres } from '../../support/postgres-server.ts';
import { basic } from '../../support/soap.ts';
import { guardedWorld } from './perimeter-lab.ts';

describe.skipIf((await findPostgres()) === undefined)('while the database cannot be reached', () => {
  let cut: CutLab;
  beforeAll(async () => {
    cut = await openCutLab({ world: guardedWorld({ preAuthentication: 'Basic' }) });
  }, 120_000);
  afterAll(() => cut.close());

  test('a device that does not know its accounts says "later", and nobody is at fault', async () => {
    const { lab, gate } = cut;
    const ask = (userName: string) =>
      lab.https('https://mail.contoso.test/EWS/', { headers: { authorization: basic(`CONTOSO\\${userName}`, lab.password) } });
    expect((await ask('nobody')).status).toBe(401);
    await outdate(lab.store, 'contoso');
    gate.cut();
    const answer = await ask('mary');
    const { service, outcome, error } = await lab.exchangeOf(answer);
    expect([service, answer.status, answer.body, outcome]).toEqual(['perimeter', 503, '', 'refused']);
    expect(error?.message).toMatch(/^the database is away: /);
    gate.open();
    await expect.poll(async () => (await ask('mary')).status, { timeout: 20_000 }).not.toBe(503);
  });
});
