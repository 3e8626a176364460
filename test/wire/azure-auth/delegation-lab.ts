import { type DelegationPartner, delegationPartners, partnerKey } from '../../../shared/domain/trust/delegation-partners.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import type { HttpsCall } from '../../../shared/net/dialer.ts';
import { requestSecurityToken, type SecurityTokenResult } from '../../../shared/protocols/wstrust/client.ts';
import { frozenAt, type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { delegationParties, now, type Parties, partner } from '../../unit/authority/delegation-parties.ts';

/** A lab whose gateway knows northwind and adatum at both of its instances, and what was sent to it and answered. */
export interface DelegationLab extends TestLab {
  readonly parties: Parties;
  /** Sends a token request. */
  ask(octets: Buffer, url?: string): Promise<{ readonly result: SecurityTokenResult; readonly answer: HttpAnswer }>;
  register(added: DelegationPartner): Promise<void>;
  change(appId: string, change: (registered: DelegationPartner) => DelegationPartner): Promise<void>;
}

export const businessUrl = 'https://login.microsoftonline.test/extSTS.srf';
export const consumerUrl = 'https://login.live.test/extSTS.srf';

export async function openDelegationLab(): Promise<DelegationLab> {
  const lab = await openTestLab(frozenAt(now));
  const parties = await delegationParties();
  const register: DelegationLab['register'] = (added) =>
    lab.store.transaction((tx) => delegationPartners.create(tx, authorityScope, partnerKey(added), added, now));
  for (const instance of ['business', 'consumer'] as const) {
    await register(partner('northwind', parties.requester, { instance }));
    await register(partner('adatum', parties.target, { instance }));
  }
  return {
    ...lab,
    parties,
    register,
    async ask(octets, url = businessUrl) {
      const answers: HttpAnswer[] = [];
      const dialer = {
        async https({ url: called, method, headers = {}, body }: HttpsCall) {
          const answer = await lab.https(called, { method, headers, body: Buffer.from(body ?? '') });
          answers.push(answer);
          return { ...answer, body: Buffer.from(answer.body) };
        },
      };
      const result = await requestSecurityToken(dialer, url, octets, { service: 'test', timeoutMs: 10_000, maxBytes: 1_000_000 });
      const [answer] = answers;
      if (answer === undefined) throw new Error('nothing was asked');
      return { result, answer };
    },
    change: (appId, changed) =>
      lab.store.transaction(async (tx) => {
        const stored = await delegationPartners.find(tx, authorityScope, partnerKey({ instance: 'business', appId }));
        if (stored === undefined) throw new Error(`there is no ${appId}`);
        await delegationPartners.replace(tx, stored, changed(stored.value), now);
      }),
  };
}
