/**
 * Tests texts against a pattern in which an asterisk stands for any run of characters; letter case does not count. It compares piece by piece, so
 * that a text of any length costs no more than its length for each piece.
 */
export function globTest(glob: string): (text: string) => boolean {
  const [first = '', ...rest] = glob.toLowerCase().split('*');
  const last = rest.pop();
  return (text) => {
    const folded = text.toLowerCase();
    if (last === undefined) return folded === first;
    if (!folded.startsWith(first) || folded.length < first.length + last.length || !folded.endsWith(last)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = folded.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= folded.length - last.length;
  };
}
