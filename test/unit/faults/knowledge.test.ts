import { expect, test } from 'vitest';
import { findKnowledge } from '../../../shared/faults/knowledge.ts';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';
import { published } from '../../wire/hybrid/topologies/published.ts';

const idsOf = (text: string): readonly string[] =>
  findKnowledge(text).flatMap((one) => (one.is === 'misconfiguration' ? [one.misconfiguration.id] : []));

test.each(published.map(({ says, ids }) => [says, ids] as const))('what Microsoft has published is found: %s', (says, ids) => {
  expect(idsOf(says).some((id) => ids.includes(id))).toBe(true);
});

test.each(misconfigurations.map(({ id, symptom }) => [id, symptom] as const))(
  '%s is found by its id and by its own symptom',
  (id, symptom) => {
    expect(idsOf(id)).toEqual([id]);
    expect(idsOf(symptom)).toContain(id);
  },
);

test.each([
  ["550 5.7.64 TenantAttribution; Relay Access Denied [ValidationStatus of 'MX=' is EmptyCertificate]", 'smtp-relay'],
  ['Autodiscover to https://EXCHANGESERVER.DOMAIN/Autodiscover/Autodiscover.xml Failed (0x800710DD)', 'client-proxy-0x800710dd'],
  ['  the ENTERED and stored   passwords do not match ', 'clock-skew'],
  ["The call to 'https://mail.contoso.com/EWS/mrsproxy.svc' failed. Error details: Access is denied..", 'mrs-access-denied'],
])('a text as it is copied: %s', (text, id) => {
  expect(idsOf(text)[0]).toBe(id);
});

test.each([
  ['ErrorNoFreeBusyAccess', ['calendar-permission-none', 'orgrel-fb-disabled', 'orgrel-fb-scope']],
  ['47652', ['orgrel-fb-disabled']],
  ['ResponseCode: ErrorNoFreeBusyAccess, LID: 44348', ['calendar-permission-none']],
])('a code as it is copied: %s', (text, ids) => {
  expect(
    idsOf(text)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .slice(0, ids.length),
  ).toEqual(ids);
});

test('a check is found by its name, alone or in a line', () => {
  expect(findKnowledge('token.audience-host')).toMatchObject([{ is: 'check', remedy: expect.stringContaining('Host') }]);
  expect(findKnowledge('FAIL token.audience-host expected mail.contoso.test')).toContainEqual(
    expect.objectContaining({ check: 'token.audience-host' }),
  );
});

test.each(['', '   ', 'zzzz', 'a', '...'])('nothing is known of %j', (text) => {
  expect(findKnowledge(text)).toEqual([]);
});

test('every misconfiguration tells all that there is to tell', () => {
  expect(new Set(misconfigurations.map(({ id }) => id)).size).toBe(misconfigurations.length);
  for (const { id, title, symptom, source, notice, remedy, variants, shownBy, lint } of misconfigurations) {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    for (const text of [title, symptom, source, notice, remedy]) expect(text).toMatch(/^\S[^\n]*\S$/);
    expect(remedy).toMatch(/\.$/);
    const all = Object.values(variants);
    // What is no state of a world says how it is seen, and what lint cannot see says why.
    expect(all.length === 0).toBe(shownBy !== undefined);
    expect(all.some(({ unseen }) => unseen === undefined)).toBe(lint !== undefined);
  }
});
