import { beforeAll, expect, test, vi } from 'vitest';
import { issueDelegationToken } from '../../../shared/bridges/authority/federation/delegation-issue.ts';
import { writeDelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import { judgeTokenRequest } from '../../../shared/bridges/authority/federation/sts-judge.ts';
import type { DelegationPartner } from '../../../shared/domain/trust/delegation-partners.ts';
import { requestIds } from '../../support/delegation-requests.ts';
import { business, delegationParties, groundOf, northwindAsks, now, type Parties, partner } from './delegation-parties.ts';

const counted = vi.hoisted(() => new Map<string, number>());

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const wrapped: Record<string, unknown> = { ...real };
  for (const name of ['sign', 'publicEncrypt', 'privateDecrypt', 'createHash', 'randomBytes', 'X509Certificate'] as const) {
    wrapped[name] = new Proxy(real[name], {
      apply(target, self, parameters) {
        counted.set(name, (counted.get(name) ?? 0) + 1);
        return Reflect.apply(target as never, self, parameters);
      },
      construct(target, parameters) {
        counted.set(name, (counted.get(name) ?? 0) + 1);
        return Reflect.construct(target as never, parameters) as object;
      },
    });
  }
  return { ...wrapped, default: wrapped };
});

let parties: Parties;
beforeAll(async () => {
  parties = await delegationParties();
});

/** What is read of the partners, and what is calculated, for one token once the service runs. */
async function costAmong(count: number): Promise<Readonly<Record<string, number>>> {
  const watched = (record: DelegationPartner): DelegationPartner =>
    new Proxy(record, {
      get(target, name) {
        counted.set('partner', (counted.get('partner') ?? 0) + 1);
        return Reflect.get(target, name) as unknown;
      },
    });
  const others = Array.from({ length: count - 2 }, (_, number) => ({
    ...partner(`other${number}`, parties.stranger),
    appId: String(number),
    subjectKeyIdentifier: `key ${number}`,
  }));
  const [own, target] = [partner('northwind', parties.requester), partner('adatum', parties.target)];
  const ground = groundOf([...others.slice(count / 2), own, target, ...others.slice(0, count / 2)].map(watched));
  const issue = async (): Promise<void> => {
    const answer = await judgeTokenRequest(request, ground);
    if (!('judged' in answer)) throw answer.refusal;
    issueDelegationToken({ instance: business, signer: parties.signer, at: now, ids: requestIds() }, answer.judged);
  };
  const request = writeDelegationRequest(northwindAsks(parties));
  await issue();
  counted.clear();
  await issue();
  return Object.fromEntries(counted);
}

test('a token costs the same among ten partners and among a thousand', async () => {
  const few = await costAmong(10);
  expect(await costAmong(1_000)).toEqual(few);
  // One signature is made and one key is wrapped; the two that are verified belong to xml-crypto.
  expect(few).toMatchObject({ sign: 1, publicEncrypt: 1 });
  expect(few['partner']).toBeLessThan(20);
});
