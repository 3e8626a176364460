import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openTokenLab, type TokenLab } from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

/** A directory whose every look-up ends so. */
function failing(error: Error): Directory {
  const fail = (): Promise<never> => Promise.reject(error);
  return {
    ...lab.ground().directory,
    ...{ byGuid: fail, byAddress: fail, byAlias: fail, byUserPrincipalName: fail, bySid: fail, byNetId: fail },
  };
}

describe('O-42 a directory that cannot be asked', () => {
  const unreachable = () => failing(new Refusal('Unreachable', { detail: 'the server is away' }));

  test.each([
    ['s2s-act-as', 'token.user'],
    ['user', 'token.user'],
    ['s2s-app', 'token.linked-account'],
  ] as const)('%s', async (kind: TokenKind, check) => {
    const trust = lab.trust();
    const linked = { ...trust, partners: trust.partners.map((partner) => ({ ...partner, LinkedAccount: 'mary@acme.test' })) };
    const refused = await lab.send(lab.draft(kind), { trust: linked, ground: { directory: unreachable() } });
    expect(refused).toMatchObject({
      refusal: { code: 'directory-failed' },
      status: 401,
      diagnostics: { number: 2_000_007, category: 'internal_error' },
    });
    const failed = refused.verdict.checks.find(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject({ check, actual: 'the server is away' });
    expect(await lab.send(lab.draft(kind), { trust: linked })).toMatchObject({ principal: expect.anything() });
  });

  test('a token that needs no look-up is taken', async () => {
    expect(await lab.send(lab.draft('app'), { ground: { directory: unreachable() } })).toMatchObject({ principal: expect.anything() });
  });

  test('anything else that goes wrong is a defect', async () => {
    const broken = lab.send(lab.draft('user'), { ground: { directory: failing(new Error('a mistake of ours')) } });
    await expect(broken).rejects.toThrow('a mistake of ours');
  });
});
