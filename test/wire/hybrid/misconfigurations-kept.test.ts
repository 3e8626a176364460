import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { changesBetween, readConfiguration } from '../../../shared/domain/directory/configuration-image.ts';
import { controlOf } from '../../support/control.ts';
import { openTestLab } from '../../support/test-lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-breaks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['contoso-hybrid', 'contoso-before-hybrid', 'hybrid-2010'])('lint finds nothing in the world %s', async (world) => {
  const lab = await openTestLab({ world });
  onTestFinished(() => lab.close());
  expect((await controlOf(lab).call('GET', '/topology/lint'))['findings']).toEqual([]);
});

test('a restart leaves broken what is broken, and it is fixed to what was there before', async () => {
  const persist = join(folder, 'store');
  const first = await openTestLab({ persist });
  const before = await readConfiguration(first.store.read);
  const { call } = controlOf(first);
  await call('POST', '/topology/break/fw-block-in');
  await call('POST', '/topology/break/spn-missing');
  await call('POST', '/topology/break/clock-skew');
  await first.close();

  const second = await openTestLab({ persist });
  onTestFinished(() => second.close());
  const again = controlOf(second);
  expect(second.faults.list()).toMatchObject([{ id: 'topology-fw-block-in-1', match: { org: 'contoso-cloud' } }]);
  const { broken } = await again.call('GET', '/topology');
  expect(broken).toMatchObject([{ id: 'fw-block-in' }, { id: 'spn-missing' }, { id: 'clock-skew' }]);
  for (const id of ['fw-block-in', 'clock-skew', 'spn-missing']) await again.call('POST', `/topology/fix/${id}`);
  expect(second.faults.list()).toEqual([]);
  expect(second.clock.state().skewMs).toEqual({});
  expect(changesBetween(before, await readConfiguration(second.store.read))).toEqual([]);
});

test('reset takes every break away, and forgets it', async () => {
  const lab = await openTestLab();
  onTestFinished(() => lab.close());
  const { call } = controlOf(lab);
  await call('POST', '/topology/break/gateway');
  await call('POST', '/topology/break/mrs-disabled');
  await lab.reset();
  expect(await call('GET', '/topology')).toMatchObject({ broken: [] });
  expect(lab.faults.list()).toEqual([]);
  expect((await call('GET', '/topology/lint'))['findings']).toEqual([]);
});
