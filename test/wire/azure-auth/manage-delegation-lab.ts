import { domainProof } from '../../../shared/bridges/authority/federation/domain-proof.ts';
import { dnsRecordSets, recordSetName } from '../../../shared/domain/organization/dns-records.ts';
import { type DelegationPartner, delegationPartners, partnerKey } from '../../../shared/domain/trust/delegation-partners.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import type { HttpsCall } from '../../../shared/net/dialer.ts';
import { issueSelfSigned, type SelfSignedCertificate } from '../../../shared/net/self-signed.ts';
import { callManageDelegation, type ManageDelegationResult } from '../../../shared/protocols/manage-delegation/client.ts';
import {
  type DelegationOperation,
  type DelegationParameters,
  delegationContracts,
} from '../../../shared/protocols/manage-delegation/contract.ts';
import { testKey } from '../../support/test-keys.ts';
import { frozenAt, type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';

/** The clock stands here. */
export const start = Date.parse('2026-11-21T12:00:00Z');
export const businessUrl = 'https://domains.live.test/service/managedelegation2.asmx';
export const consumerUrl = 'https://domains.live.test/service/managedelegation.asmx';
/** For which Exchange reserves domains. */
export const programId = 'ExchangeConnector';
const dayMs = 86_400_000;

/** What is told of a call that is refused at a check. */
export function refused(code: string, check: string): { readonly status: number; readonly code: string; readonly check: string } {
  return { status: 500, code, check: `delegation.${check}` };
}

/** How a call differs from the one that an organisation makes. */
export interface Changes {
  readonly url?: string;
  /** What the clock of the caller says. */
  readonly at?: number;
  /** Signs in place of the certificate's own key. */
  readonly privateKey?: string;
  /** The proof of another domain, by another certificate, or none. */
  readonly proof?: { readonly domain: string; readonly signature: string } | 'none';
  /** Changes the message on its way, after it was signed. */
  readonly change?: (text: string) => string;
}

/** What became of a call: `ok`, or the code with the check that failed. */
export interface Outcome<Operation extends DelegationOperation> {
  readonly result: ManageDelegationResult<Operation>;
  readonly answer: HttpAnswer;
  readonly told: 'ok' | { readonly status: number; readonly code: string; readonly check: string | undefined };
}

export interface ManageDelegationLab extends TestLab {
  call<Operation extends DelegationOperation>(
    caller: SelfSignedCertificate,
    operation: Operation,
    parameters: DelegationParameters[Operation],
    changes?: Changes,
  ): Promise<Outcome<Operation>>;
  /** Publishes the proof of a domain, beside those that are there. */
  publish(domain: string, ...owners: readonly SelfSignedCertificate[]): Promise<void>;
  /** Publishes the proof and makes an application of `FYDIBOHF25SPDLT.<domain>`, as Set-FederatedOrganizationIdentifier does. */
  register(owner: SelfSignedCertificate, domain: string, changes?: Changes): Promise<string>;
  partner(appId: string): Promise<DelegationPartner>;
  change(appId: string, change: Partial<DelegationPartner>): Promise<void>;
}

/** `CN=Federation`, of the test key with that number, in force from a year ago for two years, in days from `start`. */
export async function federationCertificate(number: number, from = -365, to = 365): Promise<SelfSignedCertificate> {
  const [notBefore, notAfter] = [start + from * dayMs, start + to * dayMs];
  return issueSelfSigned({ subject: 'CN=Federation', notBefore, notAfter, privateKey: await testKey(number) });
}

export async function openManageDelegationLab(): Promise<ManageDelegationLab> {
  const lab = await openTestLab(frozenAt(start));
  const { call, publish } = { call: callOf(lab), publish: publishOf(lab) };
  const stored = async (appId: string) => {
    const key = partnerKey({ instance: 'business', appId });
    const found = await lab.store.transaction((tx) => delegationPartners.find(tx, authorityScope, key));
    if (found === undefined) throw new Error(`there is no ${appId}`);
    return found;
  };
  return {
    ...lab,
    call,
    publish,
    async register(owner, domain, changes) {
      await publish(domain, owner);
      const { result } = await call(owner, 'CreateAppId', { uri: `FYDIBOHF25SPDLT.${domain}`, properties: [] }, changes);
      if (result.is !== 'answer') throw new Error(JSON.stringify(result));
      return result.result.AppId;
    },
    partner: async (appId) => (await stored(appId)).value,
    async change(appId, change) {
      const found = await stored(appId);
      await lab.store.transaction((tx) => delegationPartners.replace(tx, found, { ...found.value, ...change }, start));
    },
  };
}

function callOf(lab: TestLab): ManageDelegationLab['call'] {
  return async (caller, operation, parameters, changes = {}) => {
    const { url = businessUrl, at = lab.clock.state().now, privateKey = caller.privateKey, proof, change = (text) => text } = changes;
    const answers: HttpAnswer[] = [];
    const dialer = {
      async https({ url: called, method, headers = {}, body = '' }: HttpsCall) {
        const answer = await lab.https(called, { method, headers, body: change(body.toString()) });
        answers.push(answer);
        return { ...answer, body: Buffer.from(answer.body) };
      },
    };
    const given = proof ?? ownProof(caller, operation, parameters);
    const header = given === 'none' ? {} : { proof: given };
    const sent = { operation, parameters, certificate: caller.certificate, privateKey, at, ...header };
    const result = await callManageDelegation(dialer, url, sent, { service: 'test' });
    const [answer] = answers;
    if (answer === undefined) throw new Error('nothing was called');
    if (result.is === 'answer') return { result, answer, told: 'ok' };
    const { verdict } = await lab.exchangeOf(answer);
    const check = verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check;
    const code = result.is === 'fault' ? result.code : result.detail;
    return { result, answer, told: { status: answer.status, code, check } };
  };
}

function ownProof<Operation extends DelegationOperation>(
  caller: SelfSignedCertificate,
  operation: Operation,
  parameters: DelegationParameters[Operation],
): Exclude<Changes['proof'], undefined> {
  const named = parameters as { readonly uri?: string; readonly domainName?: string };
  const domain = named.uri ?? named.domainName;
  if (domain === undefined || !delegationContracts[operation].wantsProof) return 'none';
  return { domain, signature: domainProof(domain, caller.privateKey).signature };
}

function publishOf(lab: TestLab): ManageDelegationLab['publish'] {
  return async (domain, ...owners) => {
    const added = owners.map(({ privateKey }) => ({
      ttlSeconds: 3_600,
      data: { type: 'TXT', text: domainProof(domain, privateKey).proof } as const,
    }));
    const name = recordSetName({ name: domain, type: 'TXT' });
    await lab.store.transaction(async (tx) => {
      const stored = await dnsRecordSets.find(tx, '', name);
      const records = [...(stored?.value.records ?? []), ...added];
      const value = { zone: domain, name: domain, type: 'TXT', records } as const;
      if (stored === undefined) await dnsRecordSets.create(tx, '', name, value, start);
      else await dnsRecordSets.replace(tx, stored, value, start);
    });
  };
}
