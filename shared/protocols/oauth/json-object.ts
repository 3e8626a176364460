type JsonObject = Readonly<Record<string, unknown>>;

const maxDepth = 16;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const foreign = /[^A-Za-z0-9_-]/;

/**
 * The octets of a base64url text as RFC 7515 (2) has it: no padding, no white space, and no bits set that belong to no
 * octet, so that every text stands for other octets. Else what is wrong with it, in words that follow its name.
 */
export function readBase64Url(text: string): Buffer | string {
  if (foreign.test(text)) return 'has a character that is not of base64url';
  const odd = text.length % 4;
  if (odd === 1) return 'has a length that base64url cannot have';
  const unused = odd === 2 ? 15 : odd === 3 ? 3 : 0;
  if (unused !== 0 && (alphabet.indexOf(text.charAt(text.length - 1)) & unused) !== 0)
    return 'is not canonical base64url: bits are set at its end that no octet holds';
  return Buffer.from(text, 'base64url');
}

/** Reads UTF-8 JSON that must be one object, at most 16 levels deep, no member named twice (RFC 7519 4). Else what is wrong. */
export function readJsonObject(octets: Buffer): JsonObject | string {
  let text: string;
  try {
    text = utf8.decode(octets);
  } catch {
    return 'is not UTF-8';
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a JSON object';
  const members = countMembers(value, maxDepth);
  if (Number.isNaN(members)) return `is nested deeper than ${maxDepth} levels`;
  // JSON.parse keeps one of several members of a name, so that fewer are left than the text has colons outside strings.
  if (members !== countColons(text)) return 'names a member twice';
  return value as JsonObject;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Members of an object and of all inside it; NaN when it is too deep. */
function countMembers(value: object, depth: number): number {
  if (depth === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const inner of value) if (typeof inner === 'object' && inner !== null) count += countMembers(inner, depth - 1);
    return count;
  }
  for (const inner of Object.values(value)) {
    count += 1;
    if (typeof inner === 'object' && inner !== null) count += countMembers(inner, depth - 1);
  }
  return count;
}

/** Colons outside strings, of a text that is known to be JSON. */
function countColons(text: string): number {
  let count = 0;
  let at = 0;
  for (;;) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    for (; at < end; at += 1) if (text.charCodeAt(at) === 0x3a) count += 1;
    if (quote === -1) return count;
    at = endOfString(text, quote + 1);
  }
}

function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); ; quote = text.indexOf('"', quote + 1)) {
    let slash = quote;
    while (text.charCodeAt(slash - 1) === 0x5c) slash -= 1;
    if ((quote - slash) % 2 === 0) return quote + 1;
  }
}
