import { heldBodyBytes } from '../kernel/exchange.ts';
import { fingerprint, isSecretName, redactParameters, redactTokens, redactUrl } from './secrets.ts';

export interface BodyToRedact {
  readonly body: Uint8Array | string;
  /** Of the body as it was, where this is its beginning. */
  readonly bodyBytes?: number;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly mostBytes: number;
}

/** The readable form of a body; `text` is null when it is withheld. */
export interface RedactedBody {
  readonly text: string | null;
  readonly note?: 'truncated' | 'withheld';
}

/** JSON and forms are understood as a whole or not shown; past this size, which is what is held at most, they are not shown. */
const mostStructuredBytes = heldBodyBytes;
const mostDepth = 64;
const withheld: RedactedBody = { text: null, note: 'withheld' };

/**
 * The body as text without secrets. What cannot be understood well enough to be sure (compressed, binary, malformed
 * JSON) is withheld; the journal still tells its size.
 */
export function redactBody({
  body,
  bodyBytes = body.length,
  contentType = '',
  contentEncoding = 'identity',
  mostBytes,
}: BodyToRedact): RedactedBody {
  if (contentEncoding.trim().toLowerCase() !== 'identity') return withheld;
  const head = decode(
    typeof body === 'string' ? body.slice(0, mostBytes) : beginningOf(body, mostBytes).subarray(0, mostBytes),
    contentType,
  );
  if (head === undefined) return withheld;
  const cut = bodyBytes > mostBytes;
  const kind = kindOf(contentType.toLowerCase(), head);
  if (kind === 'xml' || kind === 'text') return shorten(redactors[kind](head), mostBytes, cut);
  const whole = cut && bodyBytes <= mostStructuredBytes ? decode(body, contentType) : cut ? undefined : head;
  return shorten(whole === undefined ? undefined : redactors[kind](whole), mostBytes, false);
}

function shorten(text: string | undefined, mostBytes: number, cut: boolean): RedactedBody {
  if (text === undefined) return withheld;
  return cut || text.length > mostBytes ? { text: text.slice(0, mostBytes), note: 'truncated' } : { text };
}

type BodyKind = 'json' | 'form' | 'xml' | 'text';

const redactors: Readonly<Record<BodyKind, (text: string) => string | undefined>> = {
  json: redactJson,
  form: redactForm,
  xml: (text) => redactParameters(redactTokens(redactInputs(redactElements(text)))),
  text: (text) => redactParameters(redactTokens(redactInputs(redactElements(redactQuotedFields(text))))),
};

/**
 * All that is ever looked at of a body that is long: its beginning, in memory of its own. Base64 in which an XML document ends there,
 * an attachment or a portion of a mailbox, tells nobody more the longer it is.
 */
export function beginningOf(body: Uint8Array, mostBytes: number): Uint8Array {
  if (body.length <= mostStructuredBytes) return body;
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, mostBytes));
  return Buffer.from(head.subarray(0, endOfReadable(head)));
}

const lastTag = '>';
/** Of the base64 with which a beginning ends so much is kept. */
const mostBase64Bytes = 1_024;

function endOfReadable(head: Buffer): number {
  const end = head.lastIndexOf(lastTag) + 1 + mostBase64Bytes;
  const isXml = head.toString('latin1', 0, 16).trimStart().startsWith('<');
  if (!isXml || end <= mostBase64Bytes || end >= head.length) return head.length;
  return /^[A-Za-z0-9+/]+$/.test(head.toString('latin1', end - mostBase64Bytes, end)) ? end : head.length;
}

/** By what the body looks like, the stated type coming second: a sender's mistake must not unveil a password. */
function kindOf(contentType: string, text: string): BodyKind {
  const first = text.trimStart().charAt(0);
  if (first === '<') return 'xml';
  if (contentType.includes('json') || first === '{' || first === '[') return 'json';
  if (contentType.includes('x-www-form-urlencoded') || /^[\w.%+-]+=/.test(text)) return 'form';
  return 'text';
}

function decode(body: Uint8Array | string, contentType: string): string | undefined {
  const text = typeof body === 'string' ? body : decodeOctets(body, contentType);
  return text === undefined || text.includes('\u0000') ? undefined : text;
}

function decodeOctets(octets: Uint8Array, contentType: string): string | undefined {
  const [first, second] = octets;
  const mark = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  const charset = mark ?? /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(octets);
  } catch {
    return undefined;
  }
}

function redactForm(text: string): string {
  const fields = text.split('&').map((field) => {
    const equals = field.indexOf('=');
    if (equals < 0) return field;
    const name = field.slice(0, equals);
    return isSecretName(name) ? `${name}=${fingerprint(field.slice(equals + 1))}` : field;
  });
  return redactTokens(fields.join('&'));
}

function redactJson(text: string): string | undefined {
  try {
    return JSON.stringify(redactValue(JSON.parse(text), 0));
  } catch {
    return undefined;
  }
}

function redactValue(value: unknown, depth: number): unknown {
  if (depth > mostDepth) throw new Error('deeper than the journal reads');
  if (typeof value === 'string') return redactUrl(value);
  if (Array.isArray(value)) return value.map((member) => redactValue(member, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const secret = isSecretName(name) && member !== null;
    return [name, secret ? fingerprint(JSON.stringify(member)) : redactValue(member, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** `xenc:CipherValue` among them: an encrypted delegation token opens doors as it is, nobody asks who brings it. */
const secretElement =
  /<((?:[^\s<>/:!?"'=]+:)?(?:New|Old)?(?:Password|BinarySecurityToken|BinarySecret|CipherValue|ClientSecret|AccessToken|RefreshToken))(?=[\s/>])/gi;
/**
 * Without one of these there is no such element, as most messages are told at a fraction of the cost. Each by itself: a pattern of one
 * word passes over text in strides, one of several looks at every letter.
 */
const secretWords = [/Password/i, /Secret/i, /Token/i, /pherVal/i];
const restOfTag = /(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/y;

/**
 * Empties elements that hold secrets (`wsse:Password` under any prefix). It reads text and no tree, because a body that
 * is malformed or cut short must be safe too: where a tag does not end as it should, everything after it is left out.
 */
function redactElements(text: string): string {
  if (!secretWords.some((word) => word.test(text))) return text;
  let clean = '';
  let from = 0;
  secretElement.lastIndex = 0;
  for (let match = secretElement.exec(text); match !== null; match = secretElement.exec(text)) {
    restOfTag.lastIndex = match.index + match[0].length;
    const tag = restOfTag.exec(text);
    if (tag === null) return `${clean}${text.slice(from, match.index)}${match[0]}…`;
    const start = restOfTag.lastIndex;
    const end = tag[0].endsWith('/>') ? start : endOfElement(text, start, match[1] ?? '');
    clean += text.slice(from, start);
    if (end > start) clean += fingerprint(text.slice(start, end));
    from = end;
    secretElement.lastIndex = end;
  }
  return clean + text.slice(from);
}

/** Offset of the end tag; end of text when there is none. Comments, CDATA and instructions do not end an element. */
function endOfElement(text: string, start: number, name: string): number {
  const closers = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const;
  let at = text.indexOf('<', start);
  while (at >= 0) {
    if (text.startsWith(`</${name}`, at) && /^\s*>/.test(text.slice(at + name.length + 2, at + name.length + 66))) return at;
    const closer = closers.find(([opening]) => text.startsWith(opening, at));
    const next = closer === undefined ? at + 1 : text.indexOf(closer[1], at + closer[0].length);
    if (next < 0) return text.length;
    at = text.indexOf('<', next);
  }
  return text.length;
}

/** The values of a page's inputs, where `name` stands before `value` as on our own pages. */
function redactInputs(text: string): string {
  if (!/<input\b/i.test(text)) return text;
  return text.replace(
    /(<input\b[^<>]{0,256}\bname="([^"<>]{1,64})"[^<>]{0,256}\bvalue=")([^"]*)/gi,
    (tag, head: string, name: string, value: string) => (isSecretName(name) ? `${head}${fingerprint(value)}` : tag),
  );
}

/** `"password": "…"` in text that is no JSON document. */
function redactQuotedFields(text: string): string {
  return text.replace(/"([\w%+-]{1,64})"\s*:\s*"((?:[^"\\]|\\[\s\S])*)("|$)/g, (field, name: string, value: string) =>
    isSecretName(name) ? `"${name}":"${fingerprint(value)}"` : field,
  );
}
