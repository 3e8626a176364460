type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Longer ones are cut off; real ones have some hundred characters. */
const longest = 1_000;

/**
 * What a server says of credentials that it has refused: its `x-ms-diagnostics`, else the challenge that names an error (RFC
 * 6750 section 3). Undefined where it keeps that to itself.
 */
export function diagnosticsIn(headers: Headers): string | undefined {
  const told = headers['x-ms-diagnostics'];
  const challenges = [headers['www-authenticate'] ?? []].flat();
  const found = [told ?? []].flat()[0] ?? challenges.find((challenge) => /[\s,]error="/.test(challenge));
  return found?.slice(0, longest);
}
