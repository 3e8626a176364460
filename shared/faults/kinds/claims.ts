import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const claim = z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'is not the name of a claim');

/** Those of an assertion that are no attributes. */
const assertionTimes = ['NotBefore', 'NotOnOrAfter'];

const parameters = z
  .strictObject({
    /** Claims by name, which the token then has: `{"aud": "https://wrong.test"}`. */
    set: z.record(claim, z.json()).default({}),
    remove: z.array(claim).max(50).default([]),
  })
  .refine(({ set, remove }) => Object.keys(set).length + remove.length > 0, 'changes no claim')
  .refine(
    ({ set }) => assertionTimes.every((name) => !(name in set) || z.iso.datetime({ offset: true }).safeParse(set[name]).success),
    'NotBefore and NotOnOrAfter take an instant: 2026-11-02T08:00:00Z',
  );

/**
 * The authentication service issues tokens with other claims, well signed: access tokens by the names of their claims, delegation tokens
 * by those of an assertion (`Issuer`, `NameIdentifier`, `Audience`, `NotBefore`, `NotOnOrAfter`) and of its attributes.
 */
export const claims: FaultKind<'claims', typeof parameters> = {
  kind: 'claims',
  title: 'other claims of a token',
  parameters,
  seams: ['token.signing'],
  decide: (_facts, { set, remove }) => ({ kind: 'claims', set, remove }),
};
