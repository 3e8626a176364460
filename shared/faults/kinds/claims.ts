import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const claim = z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'is not the name of a claim');

const parameters = z
  .strictObject({
    /** Claims by name, which the token then has: `{"aud": "https://wrong.test"}`. */
    set: z.record(claim, z.json()).default({}),
    remove: z.array(claim).max(50).default([]),
  })
  .refine(({ set, remove }) => Object.keys(set).length + remove.length > 0, 'changes no claim');

/** The authentication service issues access tokens with other claims, well signed. Delegation tokens are no JSON web tokens. */
export const claims: FaultKind<'claims', typeof parameters> = {
  kind: 'claims',
  title: 'other claims of a token',
  parameters,
  seams: ['token.signing'],
  decide: (_facts, { set, remove }) => ({ kind: 'claims', set, remove }),
};
