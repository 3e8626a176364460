/**
 * A text as both databases can keep it: PostgreSQL refuses NUL, and half a surrogate pair has no UTF-8 form. Either
 * becomes U+FFFD. Whatever comes from outside and goes into a text column passes through here.
 */
export function storable(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\ufffd') : wellFormed;
}

/** JSON for a JSON column, keys and strings {@link storable}: `jsonb` refuses what a text column refuses. */
export function storableJson(value: object): string {
  const text = JSON.stringify(value);
  // JSON writes NUL and lone surrogates as escapes; the same letters after a doubled backslash only cost a second look.
  return text.includes('\\u0000') || text.includes('\\ud') ? JSON.stringify(value, storableMember) : text;
}

function storableMember(_key: string, member: unknown): unknown {
  if (typeof member === 'string') return storable(member);
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).map(([key, value]) => [storable(key), value]));
}
