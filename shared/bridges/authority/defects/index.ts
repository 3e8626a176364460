import { assertionDefects } from './assertion.ts';
import type { TokenDefect } from './defect.ts';
import { formDefects } from './form.ts';
import { trustDefects } from './trust.ts';
import { userDefects } from './user.ts';

/** Every way in which the mint can make a token wrong (reference auth.md 7.1, 7.2). */
export const tokenDefects: readonly TokenDefect[] = [...formDefects, ...trustDefects, ...userDefects, ...assertionDefects];
