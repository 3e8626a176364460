const expression = /^\/(.*)\/([imsu]*)$/s;

/** Whether a text can be looked for: any can, but for a broken regular expression between slashes. */
export function isPattern(text: string): boolean {
  try {
    regularOf(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text holds another one, or something that the regular expression between slashes matches. */
export function holds(text: string, pattern: string): boolean {
  return regularOf(pattern)?.test(text) ?? text.includes(pattern);
}

/** Whether a value is that one, or is matched by the regular expression. */
export function equals(value: string, pattern: string): boolean {
  return regularOf(pattern)?.test(value) ?? value === pattern;
}

function regularOf(pattern: string): RegExp | undefined {
  const [, body, flags] = expression.exec(pattern) ?? [];
  return body === undefined ? undefined : new RegExp(body, flags);
}
