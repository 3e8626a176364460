import { describe, expect, test } from 'vitest';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';
import { topologies } from './topologies/all.ts';
import { otherwise, published } from './topologies/published.ts';

const rows = topologies.flatMap(([, part]) => part);

describe('what Microsoft has published', () => {
  test.each(published.flatMap(({ ids, ...symptom }) => ids.map((id) => [id, symptom] as const)))('%s: %s', (id, { says, lid }) => {
    const showing = rows.filter(({ symptom }) => symptom.says.some((one) => (typeof one === 'string' ? one : one.source).includes(says)));
    const those = showing.filter((row) => row.id === id && (lid === undefined || row.symptom.lid === lid));
    expect(those.length).toBeGreaterThan(0);
  });
});

test('nothing is broken that stands in no list', () => {
  const known = new Set([...published.flatMap(({ ids }) => ids), ...otherwise]);
  expect([...new Set(rows.map(({ id }) => id))].filter((id) => !known.has(id))).toEqual([]);
  expect(otherwise.filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
});

test.each(rows.map((row) => [row.id, row.how, row] as const))('%s: %s is broken by somebody', (id, _how, row) => {
  const { variant, does, asked, symptom } = row;
  const misconfiguration = misconfigurations.find((one) => one.id === id);
  expect(misconfiguration).toBeDefined();
  // A token with a defect is its own break; so is the name of nobody.
  const isInTheQuestion = asked.is === 'a token' || (asked.is === 'free/busy' && asked.whom === 'nobody');
  if (variant !== undefined) expect(Object.keys(misconfiguration?.variants ?? {})).toContain(variant);
  else if (does === undefined) expect(isInTheQuestion).toBe(true);
  else expect([does.broken.length > 0, does.fixed.length > 0]).toEqual([true, true]);
  expect(symptom.says.length > 0 || symptom.code !== '').toBe(true);
  // `coexist help` finds it by the codes that come with it.
  const codes = [
    ...(symptom.code.startsWith('Error') ? [symptom.code] : []),
    ...(symptom.lid === undefined ? [] : [`LID: ${symptom.lid}`]),
  ];
  expect(misconfiguration?.codes ?? []).toEqual(expect.arrayContaining(codes));
});

/** What is seen of mailbox moves is shown in test/wire/migration, what synchronisation says in misconfigurations.test.ts. */
const shownElsewhere = new Set([
  ...['mrs-disabled disabled', 'mrs-access-denied account', 'mrs-timeout gateway', 'flood-mitigation rate', 'preauth-proxy mrsproxy'],
  ...['svc-handler-missing mrsproxy', 'extended-protection-bridge bridge', 'duplicate-proxy-address address'],
]);

test('every variant of a misconfiguration is seen on the wire', () => {
  const seen = new Set(rows.map(({ id, variant }) => `${id} ${variant}`));
  const all = misconfigurations.flatMap(({ id, variants }) => Object.keys(variants).map((variant) => `${id} ${variant}`));
  expect(all.filter((one) => !seen.has(one) && !shownElsewhere.has(one))).toEqual([]);
  expect([...shownElsewhere].filter((one) => !all.includes(one))).toEqual([]);
});

test.each(
  rows.flatMap((row) => {
    const { asked } = row;
    // Nobody sees the logs of a tenant's servers.
    const isSeen = (asked.is === 'free/busy' || asked.is === 'MailTips') && asked.whom !== 'joe';
    return isSeen ? [[row.id, row.how, row] as const] : [];
  }),
)('%s: %s says which lines stand in the log of those who are asked', (_id, _how, { log }) => {
  expect(log?.iis).toBeDefined();
});
