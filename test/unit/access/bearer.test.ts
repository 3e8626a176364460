import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BearerOutcome } from '../../../shared/bridges/access/bearer.ts';
import { checkOrder, firstChecks, type TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import type { TokenCase } from '../identity/token-case.ts';
import { tokenCases } from '../identity/token-cases.ts';
import { openTokenLab, type TokenLab } from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const rows = tokenCases.flatMap((one) => one.kinds.map((kind) => [one.id, one.name, kind, one.place, one] as const));

test.each(rows)('%s %s (%s, %s)', async (_, __, kind, ___, one) => {
  const refused = await lab.send(draftOf(one, kind, one.spoil), sendingOf(one));
  const { code, check, number, text, status = 401 } = typeof one.expect === 'function' ? one.expect(kind) : one.expect;
  expect(refused).toMatchObject({ refusal: { code }, status, verdict: { accepted: false } });
  expectTold(refused, number, typeof text === 'function' ? text(lab.facts(one.place)) : text);
  expectRestSkipped(refused, check);

  const accepted = await lab.send(draftOf(one, kind, one.twin), { place: one.place });
  expect(accepted.verdict.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(accepted).toMatchObject({ principal: { application: { token: kind } }, verdict: { accepted: true } });
  expect(accepted.verdict.checks.map(({ check }) => check)).toEqual([...firstChecks, ...checkOrder[kind]]);
});

test('the cases have names of their own', () => {
  const names = tokenCases.map(({ name, place }) => `${name}, ${place}`);
  expect(names.length).toBeGreaterThan(70);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

function draftOf({ place }: TokenCase, kind: TokenKind, change: TokenCase['spoil']) {
  const draft = lab.draft(kind, place);
  change?.(draft, lab.facts(place));
  return draft;
}

function sendingOf({ place, misconfigure, ground }: TokenCase): Parameters<TokenLab['send']>[1] {
  const trust = lab.trust();
  return {
    trust: { ...trust, ...misconfigure?.(trust) },
    place,
    ...(ground === undefined ? {} : { ground }),
  };
}

function expectRestSkipped({ verdict: { checks } }: BearerOutcome, failed: string): void {
  const at = checks.findIndex(({ outcome }) => outcome === 'failed');
  expect(checks[at]?.check).toBe(failed);
  expect(checks.slice(at + 1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
  expect(checks.slice(0, at + 1).every(({ check, reference }) => check.startsWith('token.') && reference !== undefined)).toBe(true);
}

function expectTold(outcome: BearerOutcome, number: number | undefined, text: string | undefined): void {
  const said = 'refusal' in outcome ? outcome.diagnostics : undefined;
  expect(said?.number).toBe(number);
  if (text !== undefined) expect(said?.text).toBe(text);
  if (said !== undefined) expect(said.header).toBe(`${said.number};reason="${said.text}";error_category="${said.category}"`);
}
