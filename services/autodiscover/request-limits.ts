import type { ParseLimits } from '../../shared/xml/parse.ts';

/** Bounds of a request document. A hundred users and every setting name fit several times over. */
export const requestLimits: ParseLimits = { maxBytes: 1024 * 1024, maxDepth: 32, maxElements: 5_000 };

/** Users or domains in one request. */
export const maxSubjects = 100;
/** Setting names in one request. */
export const maxSettings = 500;
