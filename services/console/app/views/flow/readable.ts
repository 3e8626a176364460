/** A body with a line for each element or member, where it is XML, JSON or a form; else as it is. Text in, text out: nothing is read as markup. */
export function readable(body: string): string {
  const begin = body.trimStart();
  if (begin.startsWith('<')) return indented(begin);
  if (begin.startsWith('{') || begin.startsWith('[')) {
    try {
      return JSON.stringify(JSON.parse(begin), null, 2);
    } catch {
      return body;
    }
  }
  return /^[\w.%+-]+=[^\s]*$/.test(body) ? body.split('&').map(decodedField).join('\n') : body;
}

function indented(xml: string): string {
  let depth = 0;
  const lines: string[] = [];
  // Elements that hold text alone stay in one line.
  for (const part of xml.match(/<[^<>/?!][^<>]*>[^<>]*<\/[^<>]+>|<[^<>]+>|[^<>]+/g) ?? []) {
    const text = part.trim();
    if (text === '') continue;
    if (text.startsWith('</')) depth = Math.max(0, depth - 1);
    lines.push(`${'  '.repeat(Math.min(depth, 40))}${text}`);
    if (/^<[^/?!]/.test(text) && !text.endsWith('/>') && !text.includes('</')) depth += 1;
  }
  return lines.join('\n');
}

function decodedField(field: string): string {
  try {
    return decodeURIComponent(field.replaceAll('+', ' '));
  } catch {
    return field;
  }
}
