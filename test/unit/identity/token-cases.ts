import type { TokenCase } from './token-case.ts';
import { formCases } from './token-cases-form.ts';
import { trustCases } from './token-cases-trust.ts';
import { userCases } from './token-cases-user.ts';

/** Every case of reference auth.md 7.1 in which a token is refused, by name. */
export const tokenCases: readonly TokenCase[] = [...formCases, ...trustCases, ...userCases];
