const breaks = /<\s*(?:br|\/p|\/div|\/h[1-6]|\/li|\/tr)\b[^>]*>/gi;
const hidden = /<\s*(script|style|head|title)\b[^>]*>[\s\S]*?<\s*\/\s*\1\s*>/gi;
const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The words of an HTML body: tags dropped, blocks ended by line ends, character references resolved. */
export function htmlToText(html: string): string {
  return html
    .replace(hidden, '')
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(breaks, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi, (whole, name: string) => character(name.toLowerCase()) ?? whole)
    .replace(/[ \t]*\r\n[ \t]*/g, '\r\n')
    .trim();
}

/** A plain body as HTML that shows the same. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;')).replace(/\r?\n/g, '<br>\r\n');
  return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>${escaped}</body></html>`;
}

/** HTML with more at the end of its body: what stands in the body of the addition. */
export function appendedHtml(html: string, addition: string): string {
  const opened = /<body\b[^>]*>/i.exec(addition);
  const start = opened === null ? 0 : opened.index + opened[0].length;
  const closed = addition.toLowerCase().lastIndexOf('</body');
  const inner = addition.slice(start, closed < start ? undefined : closed);
  const end = html.toLowerCase().lastIndexOf('</body');
  return end < 0 ? html + inner : html.slice(0, end) + inner + html.slice(end);
}

function character(name: string): string | undefined {
  if (!name.startsWith('#')) return names[name];
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : undefined;
}
