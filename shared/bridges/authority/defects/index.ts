import { assertionDefects } from './assertion.ts';
import type { TokenDefect } from './defect.ts';
import { formDefects } from './form.ts';
import { trustDefects } from './trust.ts';
import { userDefects } from './user.ts';

/** Every way in which the mint can make a token wrong. */
export const tokenDefects: readonly TokenDefect[] = [...formDefects, ...trustDefects, ...userDefects, ...assertionDefects];
