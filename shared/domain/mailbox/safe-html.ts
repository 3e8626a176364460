/**
 * HTML of which nothing runs: elements and attributes of a short list, addresses of the web and of mail, styles without
 * functions. Everything else goes: scripts, styles and frames with what is in them, other tags alone. What is left is
 * read by browsers as it was meant. Our own list; Exchange's is not published. Time and length are those of the text.
 */
export function safeHtml(html: string): string {
  const lower = html.toLowerCase();
  let safe = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) return safe + html.slice(at);
    safe += html.slice(at, open);
    const tag = tagAt(html, open);
    if (tag === undefined) {
      // A lone sign, or the beginning of a tag that never ends.
      safe += '&lt;';
      at = open + 1;
      continue;
    }
    safe += tag.markup;
    at = tag.is === 'open' && opaque.has(tag.name) ? endOfContent(lower, tag.name, tag.end) : tag.end;
  }
  return safe;
}

/** Elements whose content browsers do not read as HTML, or that bring something else in: it goes with them. */
const opaque: ReadonlySet<string> = new Set(
  'applet embed frame frameset iframe math noembed noframes noscript object plaintext script select style svg template textarea title xmp'.split(
    ' ',
  ),
);

const allowed: ReadonlySet<string> = new Set(
  (
    'a abbr address b big blockquote body br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 head hr ' +
    'html i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'
  ).split(' '),
);

const attributes: ReadonlySet<string> = new Set(
  (
    'abbr align alt bgcolor border cellpadding cellspacing class color cols colspan dir face headers height href hspace id lang noshade ' +
    'nowrap rowspan rules scope size span src start style summary title type valign value vspace width'
  ).split(' '),
);

interface Tag {
  readonly is: 'open' | 'close' | 'other';
  /** In small letters. */
  readonly name: string;
  /** What is written instead. */
  readonly markup: string;
  /** Where it ends. */
  readonly end: number;
}

const other = { is: 'other', name: '', markup: '' } as const;
const nameAt = /<\/?([a-z][^\s/>]*)/iy;

/** The tag, comment or declaration that begins here; undefined for a sign that begins none. */
function tagAt(html: string, open: number): Tag | undefined {
  if (html.startsWith('<!--', open)) {
    const end = html.indexOf('-->', open + 4);
    return { ...other, end: end < 0 ? html.length : end + 3 };
  }
  nameAt.lastIndex = open;
  const name = nameAt.exec(html)?.[1]?.toLowerCase();
  if (name === undefined) {
    if (!/[!?/]/.test(html[open + 1] ?? ' ')) return undefined;
    const end = html.indexOf('>', open);
    return { ...other, end: end < 0 ? html.length : end + 1 };
  }
  const is = html[open + 1] === '/' ? 'close' : 'open';
  const { end, kept } = attributesAt(html, nameAt.lastIndex);
  if (end === undefined) return { ...other, end: html.length };
  const markup = !allowed.has(name) ? '' : is === 'close' ? `</${name}>` : `<${name}${kept}>`;
  return { is, name, markup, end };
}

// The states of HTML's tokeniser from "before attribute name" on, as far as they concern us.
const attributeAt = /[\s/]*([^\s/>=][^\s/>=]*)?(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?/y;

function attributesAt(html: string, from: number): { readonly end: number | undefined; readonly kept: string } {
  let kept = '';
  let at = from;
  const seen = new Set<string>();
  while (at < html.length) {
    attributeAt.lastIndex = at;
    const [all = '', name = '', double, single, bare] = attributeAt.exec(html) ?? [];
    at += all.length;
    const key = name.toLowerCase();
    const value = double ?? single ?? bare ?? '';
    if (attributes.has(key) && !seen.has(key) && isHarmless(key, value))
      kept += ` ${key}="${value.replace(/["<>]/g, (sign) => escapes[sign] ?? '')}"`;
    seen.add(key);
    if (html[at] === '>') return { end: at + 1, kept };
    // A quote that never closes takes the rest with it; any other sign where none belongs is passed over.
    if (/^\s*=\s*["']/.test(html.slice(at, at + 16))) return { end: undefined, kept };
    if (all === '') at += 1;
  }
  return { end: undefined, kept };
}

const escapes: Readonly<Record<string, string>> = { '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** Addresses are taken as they are written: one whose scheme hides in character references is none of these. */
function isHarmless(name: string, value: string): boolean {
  if (name === 'href' || name === 'src') return /^(?:https?:|mailto:|cid:|#)/i.test(value);
  if (name === 'style') return /^[\w\s:;#%.,!'-]*$/.test(value);
  return true;
}

/** Behind the closing tag of an element whose content is not HTML; its end where it is never closed. */
function endOfContent(lower: string, name: string, from: number): number {
  const close = lower.indexOf(`</${name}`, from);
  if (close < 0) return lower.length;
  const end = lower.indexOf('>', close);
  return end < 0 ? lower.length : end + 1;
}
