import type { HopEdit, Reply } from './answers.ts';

/** What has to be set and removed so that claims become those of a text; throws where that is no JSON object. */
export function changedClaims(before: Readonly<Record<string, unknown>>, text: string): NonNullable<HopEdit['claims']> {
  let after: unknown;
  try {
    after = JSON.parse(text);
  } catch (error) {
    throw new Error(`The claims are no JSON: ${(error as Error).message}`);
  }
  if (typeof after !== 'object' || after === null || Array.isArray(after)) throw new Error('The claims are no JSON object.');
  const set = Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
  return { set, remove: Object.keys(before).filter((name) => !Object.hasOwn(after, name)) };
}

/** The same for header fields, a line each. What stands there without its secret is left as it is unless its line changes. */
export function changedHeaders(before: readonly string[], text: string): NonNullable<HopEdit['headers']> {
  const [had, has] = [fields(before), fields(text.split('\n'))];
  const set = Object.fromEntries([...has].filter(([name, value]) => had.get(name) !== value));
  return { set, remove: [...had.keys()].filter((name) => !has.has(name)) };
}

function fields(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        if (colon < 1) throw new Error(`"${line}" is no header field: a name, a colon and a value.`);
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
}

/** A reply of SMTP as it is typed: `550 5.1.1 User unknown`. */
export function typedReply(text: string): Reply {
  const [, code, words] = /^\s*([45]\d\d)[ -](.*\S)\s*$/.exec(text) ?? [];
  if (code === undefined || words === undefined) throw new Error('A reply that refuses is a code from 400 to 599, a blank and words.');
  return { code: Number(code), text: words };
}
