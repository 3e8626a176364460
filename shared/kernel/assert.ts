/** Throws a defect (never a refusal) when something that the code relies on does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`defect: ${message}`);
}

/** The value, or a defect when it is absent: for look-ups that the code has made sure of. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`defect: ${what} is absent`);
  return value;
}
