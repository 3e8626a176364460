/**
 * A message with its header fields renamed, replaced or left out, otherwise octet for octet. `edit` is asked for every field by its
 * name as written: it answers the name to stand there, a line instead of the field, or undefined to leave it out. `above` is put
 * before all of them.
 */
export function editHeader(
  octets: Buffer,
  edit: (name: string) => string | { readonly line: string } | undefined,
  above: readonly string[] = [],
): Buffer {
  const kept: Buffer[] = above.map((line) => Buffer.from(`${line}\r\n`, 'latin1'));
  let position = 0;
  let isLeftOut = false;
  while (position < octets.length) {
    const end = octets.indexOf(0x0a, position);
    const next = end < 0 ? octets.length : end + 1;
    const line = octets.subarray(position, next);
    if (line[0] === 0x0a || (line[0] === 0x0d && line[1] === 0x0a)) break;
    position = next;
    if (line[0] === 0x20 || line[0] === 0x09) {
      if (!isLeftOut) kept.push(line);
      continue;
    }
    const name = /^([!-9;-~]+)[ \t]*:/.exec(line.toString('latin1', 0, longestName))?.[1];
    const renamed = name === undefined ? name : edit(name);
    isLeftOut = name !== undefined && typeof renamed !== 'string';
    if (typeof renamed === 'object') kept.push(Buffer.from(`${renamed.line}\r\n`, 'latin1'));
    if (isLeftOut) continue;
    if (name === undefined || typeof renamed !== 'string' || renamed === name) kept.push(line);
    else kept.push(Buffer.from(renamed, 'latin1'), line.subarray(name.length));
  }
  return Buffer.concat([...kept, octets.subarray(position)]);
}

/** Octets of a line that a field's name and the blanks behind it may take; a longer one is no field that anybody asks for. */
const longestName = 200;

/** The values of a message's fields of one name, unfolded, from the first on. */
export function fieldValues(octets: Buffer, name: string): readonly string[] {
  const head = octets.toString('latin1', 0, headerEnd(octets));
  const unfolded = head.replace(/\r?\n(?=[ \t])/g, '');
  const wanted = `${name.toLowerCase()}:`;
  return unfolded.split(/\r?\n/).flatMap((line) => {
    const folded = line.replace(/^([!-9;-~]+)[ \t]+:/, '$1:');
    return folded.slice(0, wanted.length).toLowerCase() === wanted ? [folded.slice(wanted.length).trim()] : [];
  });
}

/** What is looked at of a message for its fields. */
const longestHeader = 1_048_576;

/** Where the first empty line has the line before it end; where there is none, where it is not looked for any more. */
function headerEnd(octets: Buffer): number {
  const most = Math.min(octets.length, longestHeader);
  for (let at = octets.indexOf(0x0a); at >= 0 && at < most; at = octets.indexOf(0x0a, at + 1)) {
    const next = octets[at + 1] === 0x0d ? at + 2 : at + 1;
    if (next < most && octets[next] === 0x0a) return at > 0 && octets[at - 1] === 0x0d ? at - 1 : at;
  }
  return most;
}
