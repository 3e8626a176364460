/** A structured field such as `text/plain; charset=utf-8` (RFC 2045 5.1). */
export interface StructuredField {
  /** Lower case. */
  readonly value: string;
  /** By lower-case name; the first of two parameters of one name stands. */
  readonly parameters: ReadonlyMap<string, FieldParameter>;
}

export interface FieldParameter {
  readonly text: string;
  /** RFC 2231 gave its character set: encoded words (RFC 2047) in it are then plain text. */
  readonly extended: boolean;
}

/** Reads a structured field. Nothing is refused: what cannot be understood is left out. */
export function parseStructuredField(field: string): StructuredField {
  const [first = '', ...rest] = splitOutsideQuotes(stripComments(field));
  const plain = new Map<string, string>();
  for (const piece of rest) {
    const equals = piece.indexOf('=');
    if (equals <= 0) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    if (!plain.has(name)) plain.set(name, unquote(piece.slice(equals + 1).trim()));
  }
  return { value: unquote(first.trim()).toLowerCase(), parameters: joinContinuations(plain) };
}

/** RFC 2231: `name*=utf-8''%C3%A4` and `name*0="a"; name*1*=%20b` are one parameter `name`. */
function joinContinuations(plain: ReadonlyMap<string, string>): Map<string, FieldParameter> {
  const result = new Map<string, FieldParameter>();
  const sections = new Map<string, { index: number; text: string; encoded: boolean }[]>();
  for (const [name, text] of plain) {
    const match = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(name);
    if (match === null) {
      if (!result.has(name)) result.set(name, { text, extended: false });
      continue;
    }
    const [, base = '', index, star] = match;
    const list = sections.get(base) ?? [];
    sections.set(base, list);
    list.push({ index: Number(index ?? 0), text, encoded: index === undefined || star !== undefined });
  }
  for (const [name, list] of sections) {
    list.sort((left, right) => left.index - right.index);
    const charset = list[0]?.encoded === true ? (/^([^']*)'[^']*'/.exec(list[0].text)?.[1] ?? '') : '';
    const octets = list.map(({ text, encoded }, position) => {
      const bare = encoded && position === 0 ? text.replace(/^[^']*'[^']*'/, '') : text;
      return encoded ? percentDecoded(bare) : Buffer.from(bare, 'utf8');
    });
    result.set(name, { text: decodeCharset(Buffer.concat(octets), charset), extended: true });
  }
  return result;
}

function decodeCharset(octets: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset, { ignoreBOM: true }).decode(octets);
  } catch {
    return octets.toString('latin1');
  }
}

function percentDecoded(text: string): Buffer {
  const octets: Buffer[] = [];
  for (const piece of text.split(/(%[0-9A-Fa-f]{2})/)) {
    octets.push(/^%[0-9A-Fa-f]{2}$/.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'));
  }
  return Buffer.concat(octets);
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = /^"((?:[^"\\]|\\.)*)/s.exec(text)?.[1] ?? '';
  return end.replace(/\\(.)/gs, '$1');
}

function splitOutsideQuotes(text: string): string[] {
  if (!text.includes('"')) return text.split(';');
  const pieces: string[] = [];
  let start = 0;
  forEachOutsideQuotes(text, (character, index) => {
    if (character !== ';') return;
    pieces.push(text.slice(start, index));
    start = index + 1;
  });
  pieces.push(text.slice(start));
  return pieces;
}

/** Removes `(comments)`. A parenthesis inside an unquoted value, `name=a(1).txt`, is text, as mail programs mean it. */
function stripComments(text: string): string {
  if (!text.includes('(')) return text;
  let result = '';
  let depth = 0;
  let copied = 0;
  forEachOutsideQuotes(text, (character, index) => {
    if (character === '(' && (depth > 0 || /^$|[\s;]$/.test(text.slice(Math.max(0, index - 1), index)))) {
      if (depth === 0) result += text.slice(copied, index);
      depth += 1;
    } else if (character === ')' && depth > 0) {
      depth -= 1;
      copied = index + 1;
    }
  });
  return depth === 0 ? result + text.slice(copied) : text;
}

function forEachOutsideQuotes(text: string, visit: (character: string, index: number) => void): void {
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted) visit(character, index);
  }
}
