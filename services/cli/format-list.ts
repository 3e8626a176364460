/** Objects as PowerShell's Format-List shows them: `Name : value` in aligned lines, a blank line between objects. */
export function formatList(objects: readonly Readonly<Record<string, unknown>>[], properties?: readonly string[]): string {
  if (properties === undefined) return objects.map(listed).join('\n');
  if (properties.length === 0) return '';
  return objects.map((object) => listed(Object.fromEntries(properties.map((name) => [name, object[name]])))).join('\n');
}

function listed(object: Readonly<Record<string, unknown>>): string {
  const width = Math.max(0, ...Object.keys(object).map((name) => name.length));
  const nextLine = `\n${' '.repeat(width + 3)}`;
  return Object.entries(object)
    .map(([name, value]) => `${name.padEnd(width)} : ${shownText(value).replaceAll(/\r?\n/g, nextLine)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** A value as PowerShell shows it on one line, its own line breaks kept. */
export function shownText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `{${value.map(shownText).join(', ')}}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
