import { resolveReferences } from '../../../shared/domain/mailbox/plain-text.ts';

/** Elements at whose end, or in whose place, a line ends. */
const breaks: ReadonlySet<string> = new Set(['br', '/p', '/div', '/h1', '/h2', '/h3', '/h4', '/h5', '/h6', '/li', '/tr']);
/** Elements whose content is no text. */
const hidden: ReadonlySet<string> = new Set(['script', 'style', 'head', 'title']);
/** What a line end in the source is not, until blanks have been folded. */
const lineEnd = '\u0001';

/**
 * The words of an HTML body: tags dropped, blocks ended by line ends, character references resolved. Its last line ends, too,
 * where there is one (Observed: exchangelib's tests of attachments, against Exchange Online).
 */
export function htmlToText(html: string): string {
  const words = resolveReferences(htmlTextParts(html).replace(/[ \t\r\n]+/g, ' '))
    .split(lineEnd)
    .map((line) => line.replace(/^[ \t]+/, '').trimEnd())
    .join('\r\n')
    .trim();
  return words === '' ? '' : `${words}\r\n`;
}

/** The text between tags, and {@link lineEnd} where a line ends. Time is that of the text, whatever it is. */
function htmlTextParts(html: string): string {
  const lower = html.toLowerCase();
  const endless = new Set<string>();
  let text = '';
  let at = 0;
  for (;;) {
    const open = html.indexOf('<', at);
    const close = open < 0 ? -1 : html.indexOf('>', open);
    if (close < 0) return text + html.slice(at).replaceAll(lineEnd, ' ');
    text += html.slice(at, open).replaceAll(lineEnd, ' ');
    const name = tagName(html, open);
    if (breaks.has(name)) text += lineEnd;
    at = close + 1;
    if (!hidden.has(name) || endless.has(name)) continue;
    const end = lower.indexOf(`</${name}`, at);
    const after = end < 0 ? -1 : html.indexOf('>', end);
    if (after < 0) endless.add(name);
    else at = after + 1;
  }
}

/** The name of the tag at `open`, in small letters, with its slash. */
function tagName(html: string, open: number): string {
  return (/^\s*(\/?\s*[a-z][a-z0-9]*)/i.exec(html.slice(open + 1, open + 32))?.[1] ?? '').replace(/\s/g, '').toLowerCase();
}

/** HTML with every tag replaced by what `change` makes of it; `name` is in small letters, `/a` for an end. */
export function mapTags(html: string, change: (tag: string, name: string) => string): string {
  let mapped = '';
  let at = 0;
  for (;;) {
    const open = html.indexOf('<', at);
    const close = open < 0 ? -1 : html.indexOf('>', open);
    if (close < 0) return mapped + html.slice(at);
    mapped += html.slice(at, open) + change(html.slice(open, close + 1), tagName(html, open));
    at = close + 1;
  }
}

/** A plain body as HTML that shows the same. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;')).replace(/\r?\n/g, '<br>\r\n');
  return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>${escaped}</body></html>`;
}

const frame: ReadonlySet<string> = new Set(['html', '/html', 'head', '/head', 'body', '/body', 'meta']);

/**
 * Well-formed tags in a document of their own, as Exchange's converter writes it: a head that names the code page, the body
 * with the attributes it had, each on its lines, and words at its very end with a blank behind them (Observed: exchangelib's
 * tests of attachments, against Exchange Online).
 */
export function framedHtml(html: string): string {
  let body = '<body>';
  const inner = mapTags(html, (tag, name) => {
    if (name === 'body' && body === '<body>') body = tag;
    return frame.has(name) ? '' : tag;
  }).trim();
  const shown = inner === '' ? '' : `${inner}${inner.endsWith('>') ? '' : ' '}\r\n`;
  const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
  return `<html>\r\n<head>\r\n${meta}\r\n</head>\r\n${body}\r\n${shown}</body>\r\n</html>\r\n`;
}

/** HTML with more at the end of its body: what stands in the body of the addition. */
export function appendedHtml(html: string, addition: string): string {
  const inner = innerHtml(addition);
  const end = html.toLowerCase().lastIndexOf('</body');
  return end < 0 ? html + inner : html.slice(0, end) + inner + html.slice(end);
}

/** What stands in the body of a document; a fragment is that as a whole. */
export function innerHtml(html: string): string {
  const lower = html.toLowerCase();
  const open = lower.indexOf('<body');
  const start = open < 0 ? 0 : lower.indexOf('>', open) + 1;
  const closed = lower.lastIndexOf('</body');
  return html.slice(start, closed < start ? undefined : closed);
}
