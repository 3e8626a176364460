/** Objects as PowerShell's Format-List shows them: `Name : value` in aligned lines, a blank line between objects. */
export function formatList(objects: readonly Readonly<Record<string, unknown>>[]): string {
  return objects.map(listed).join('\n');
}

function listed(object: Readonly<Record<string, unknown>>): string {
  const width = Math.max(0, ...Object.keys(object).map((name) => name.length));
  const nextLine = `\n${' '.repeat(width + 3)}`;
  return Object.entries(object)
    .map(([name, value]) => `${name.padEnd(width)} : ${textOf(value).replaceAll(/\r?\n/g, nextLine)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `{${value.map(textOf).join(', ')}}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
