const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const references = /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi;
/** Elements whose content nobody reads. */
const hidden = /^(script|style|head|title)(?![a-z0-9])/i;

/**
 * The words of an HTML text, for searching: tags are dropped, those of blocks too, so that words on both sides of a tag
 * stand apart. Goes over the text once, whatever it holds.
 */
export function plainText(html: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    pieces.push(html.slice(at, open));
    const close = html.indexOf('>', open);
    if (close < 0) return resolved(pieces);
    const [, name] = hidden.exec(html.slice(open + 1, open + 10)) ?? [];
    const end = name === undefined ? -1 : endOf(html, name, close);
    // What is hidden and never ends hides the rest.
    if (name !== undefined && end < 0) return resolved(pieces);
    at = name === undefined ? close + 1 : end;
  }
  pieces.push(html.slice(at));
  return resolved(pieces);
}

function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? -1;
}

function resolved(pieces: readonly string[]): string {
  return resolveReferences(pieces.join(' '));
}

/** A text with the characters that its references name: the five of XML, the hard blank and numbers; others stay as they are. */
export function resolveReferences(text: string): string {
  return text.replace(references, (whole, name: string) => character(name.toLowerCase()) ?? whole);
}

function character(name: string): string | undefined {
  if (!name.startsWith('#')) return characters[name];
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : undefined;
}
