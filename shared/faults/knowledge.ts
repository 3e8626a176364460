import { misconfigurations } from './misconfigurations/index.ts';
import type { Misconfiguration } from './misconfigurations/misconfiguration.ts';
import { checksWithRemedy, remedyFor } from './remedies/index.ts';

/** What is known of an error: a misconfiguration that shows it, or a check that fails. */
export type Knowledge =
  | { readonly is: 'misconfiguration'; readonly misconfiguration: Misconfiguration }
  | { readonly is: 'check'; readonly check: string; readonly remedy: string };

/** Shorter ones stand in too many texts. */
const leastWord = 4;
const leastFragment = 12;

/**
 * Finds what an error is, by the id of a misconfiguration, the name of a check, a code or any part of a text as people copy it from a log.
 * The best first; empty: nothing is known of it.
 */
export function findKnowledge(asked: string): readonly Knowledge[] {
  const text = plain(asked);
  if (text === '') return [];
  const named = misconfigurations.filter(({ id }) => id === asked.trim().toLowerCase());
  const remedy = remedyFor(asked.trim());
  if (named.length > 0 || remedy !== null)
    return [...named.map(known), ...(remedy === null ? [] : [{ is: 'check', check: asked.trim(), remedy } as const])];
  const scored = misconfigurations
    .map((one) => ({ one, score: scoreOf(text, one) }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score);
  const checks = checksWithRemedy().flatMap((check) => {
    const told = remedyFor(check);
    return told !== null && text.includes(plain(check)) ? [{ is: 'check', check, remedy: told } as const] : [];
  });
  const best = scored[0]?.score ?? 0;
  return [...scored.filter(({ score }) => score * 2 >= best).map(({ one }) => known(one)), ...checks];
}

function known(misconfiguration: Misconfiguration): Knowledge {
  return { is: 'misconfiguration', misconfiguration };
}

/** How much of what was asked a misconfiguration tells: whole sentences count most, then codes, then words that they have in common. */
function scoreOf(text: string, one: Misconfiguration): number {
  return Math.max(scoreOfText(text, one), scoreOfCodes(text, one));
}

/** A code that many have says little; a location id beside it says which of them. */
function scoreOfCodes(text: string, { codes = [] }: Misconfiguration): number {
  const asked = new Set(text.split(' '));
  const told = codes.filter((code) => asked.has(plain(code).replace(/^lid /, '')));
  return told.reduce((sum, code) => sum + 200 + 100 / misconfigurations.filter((other) => other.codes?.includes(code)).length, 0);
}

function scoreOfText(text: string, { title, symptom, notice, remedy, variants }: Misconfiguration): number {
  const fragments = symptom
    .split(/\.\.\.|;|\. |: /)
    .map(plain)
    .filter((fragment) => fragment.length >= leastFragment);
  const whole = plain(symptom);
  if (text.length >= leastFragment && whole.includes(text)) return 1_000 + text.length;
  const held = fragments.filter((fragment) => text.includes(fragment));
  if (held.length > 0) return 500 + Math.max(...held.map(({ length }) => length));
  const asked = words(text);
  if (asked.length === 0) return 0;
  const told = new Set(words(plain([title, symptom, notice, remedy, ...Object.values(variants).map(({ how }) => how)].join(' '))));
  const shared = asked.filter((word) => told.has(word)).length / asked.length;
  return shared >= 0.6 ? shared * 100 : 0;
}

function words(text: string): readonly string[] {
  return [...new Set(text.split(' ').filter(({ length }) => length >= leastWord))];
}

/** In small letters, without what copying changes: quotes, punctuation, spaces. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
