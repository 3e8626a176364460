import type { ZodType } from 'zod';
import { Problem } from './failures.ts';

/** Reads what a caller sent (`where`: `query`, `body` or `path`), or throws a {@link Problem} that names each mistake. */
export function readInput<T>(schema: ZodType<T>, value: unknown, where: 'query' | 'body' | 'path'): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: [where, ...path].join('.'), message }));
  throw new Problem(400, 'Invalid request', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors);
}
