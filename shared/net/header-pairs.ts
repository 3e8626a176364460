/** Headers as alternating names and values; a list gives a pair for each member. */
export function headerPairs(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): readonly string[] {
  const pairs: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string') pairs.push(name, value);
    else if (typeof value === 'object') for (const one of value) pairs.push(name, one);
    else if (value !== undefined) pairs.push(name, String(value));
  }
  return pairs;
}
