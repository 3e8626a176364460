import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim, everyToken as every, outer } from '../../../shared/bridges/authority/defects/defect.ts';
import { type TokenDraft, withOctets } from '../../../shared/bridges/authority/defects/draft.ts';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { openTokenLab, otherTenantId, partnerId, type TokenLab, tenantId, user } from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .%'.split('');

/** A change of the octets of one part: one is flipped, put in, left out, or the part ends early. */
const mutation = fc.record({
  part: fc.constantFrom(0, 1, 2),
  place: fc.nat({ max: 10_000 }),
  mask: fc.integer({ min: 1, max: 255 }),
  how: fc.constantFrom('flip', 'insert', 'remove', 'cut'),
});

function mutate(token: string, { part, place, mask, how }: { part: 0 | 1 | 2; place: number; mask: number; how: string }): string {
  return withOctets(token, part, (octets) => {
    const at = place % octets.length;
    if (how === 'cut') return octets.subarray(0, at);
    const rest = octets.subarray(how === 'insert' ? at : at + 1);
    const middle = how === 'remove' ? [] : [(how === 'flip' ? (octets[at] ?? 0) : 0) ^ mask];
    return Buffer.concat([octets.subarray(0, at), Buffer.from(middle), rest]);
  });
}

test.each(every)('every change of the octets of a signed part is refused: %s', async (kind) => {
  await fc.assert(
    fc.asyncProperty(mutation, async (change) => {
      const draft = lab.draft(kind);
      draft.touch = (token) => mutate(token, change);
      expect((await lab.send(draft)).verdict.accepted).toBe(false);
    }),
    { numRuns: 250 },
  );
});

test.each(every)('every other spelling of the same octets is refused: %s', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 5_000 }), fc.constantFrom(...characters), async (place, character) => {
      const draft = lab.draft(kind);
      let isSame = false;
      draft.touch = (token) => {
        const at = place % token.length;
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        isSame = changed === token;
        return changed;
      };
      expect((await lab.send(draft)).verdict.accepted).toBe(isSame);
    }),
    { numRuns: 250 },
  );
});

test('a claim of a signed part that says something else is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...every), fc.nat(), fc.jsonValue({ maxDepth: 1 }), async (kind, choice, value) => {
      const draft = lab.draft(kind);
      const names = Object.keys(draft.signed.claims);
      const name = names[choice % names.length] ?? '';
      fc.pre(JSON.stringify(draft.signed.claims[name]) !== JSON.stringify(value));
      draft.touch = (token) =>
        withOctets(token, 1, (octets) => Buffer.from(JSON.stringify({ ...(JSON.parse(octets.toString()) as object), [name]: value })));
      expect((await lab.send(draft)).verdict.accepted).toBe(false);
    }),
    { numRuns: 250 },
  );
});

/** The unsigned part: an existing user in it is that user, by whatever claim. */
const names = ['mary', 'joe'] as const;
const ways: readonly ((alias: string) => Readonly<Record<string, unknown>>)[] = [
  (alias) => ({ smtp: `${alias}@acme.test` }),
  (alias) => ({ upn: `${alias.toUpperCase()}@acme.test` }),
  (alias) => ({ sip: `${alias}@ACME.test` }),
  (alias) => ({ nameid: user(alias).sid }),
  (alias) => ({ nii: 'urn:office:idp:orgid', nameid: user(alias).netId }),
];
const nobody = { nameid: undefined, upn: undefined, smtp: undefined, sip: undefined };

test('another existing user in the unsigned outer token is that user', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.subarray([...ways], { minLength: 1 }), async (alias, chosen) => {
      // One nii has to explain the nameid.
      fc.pre(!(chosen.includes(ways[3] as never) && chosen.includes(ways[4] as never)));
      const draft = withUser(Object.assign({}, ...chosen.map((way) => way(alias))) as object);
      expect(await lab.send(draft)).toMatchObject({ principal: { is: 'user', caller: { recipient: user(alias).guid } } });
    }),
    { numRuns: 60 },
  );
});

test('a user who does not exist, two users, no user: refused', async () => {
  const odd: readonly [object, string][] = [
    [{ smtp: 'ghost@acme.test' }, 'user-not-found'],
    [{ smtp: 'mary@acme.test', upn: 'joe@acme.test' }, 'user-ambiguous'],
    [{ nameid: user('mary').sid, sip: 'joe@acme.test' }, 'user-ambiguous'],
    [{}, 'no-user-claims'],
  ];
  for (const [claims, code] of odd) expect(await lab.send(withUser(claims))).toMatchObject({ refusal: { code } });
});

test('an outer token in the name of another application or realm is refused, whoever the user is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.oneof(
        fc.constantFrom(
          undefined,
          '',
          '@',
          exchangeAppId,
          `${partnerId}@${tenantId}`,
          `${exchangeAppId}@${otherTenantId}`,
          `${exchangeAppId}@other.test`,
        ),
        fc.string({ maxLength: 40 }),
      ),
      async (alias, iss) => {
        const draft = withUser({ smtp: `${alias}@acme.test` });
        outer({ iss })(draft);
        expect((await lab.send(draft)).verdict.accepted).toBe(false);
      },
    ),
    { numRuns: 100 },
  );
});

test('no token makes a defect', async () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(tenantId, `a@${tenantId}`, '1.0', '__proto__'),
  );
  const wild = fc.dictionary(
    fc.constantFrom(
      'aud',
      'iss',
      'nbf',
      'exp',
      'nameid',
      'nii',
      'upn',
      'smtp',
      'sip',
      'tid',
      'appid',
      'scp',
      'roles',
      'ver',
      'oid',
      'actortoken',
      'appctx',
    ),
    value,
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...every), wild, wild, async (kind, signed, unsigned) => {
      const draft = lab.draft(kind);
      claim(signed)(draft);
      if (draft.outer !== undefined) outer(unsigned)(draft);
      const { verdict } = await lab.send(draft);
      expect(verdict.checks.length).toBeGreaterThan(3);
    }),
    { numRuns: 400 },
  );
});

function withUser(claims: object): TokenDraft {
  const draft = lab.draft('s2s-act-as');
  outer({ ...nobody, ...claims })(draft);
  return draft;
}
