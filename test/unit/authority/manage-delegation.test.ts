import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { domainProof } from '../../../shared/bridges/authority/federation/domain-proof.ts';
import { answerManageDelegation, type ManageDelegationAnswer } from '../../../shared/bridges/authority/federation/manage-delegation.ts';
import { openSettings, type SettingsView } from '../../../shared/domain/organization/settings.ts';
import { type DelegationPartner, delegationPartners } from '../../../shared/domain/trust/delegation-partners.ts';
import { federationInstances } from '../../../shared/domain/trust/federation-instances.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import {
  type DelegationOperation,
  type DelegationParameters,
  type DomainOwnershipProof,
  delegationContracts,
  delegationNamespace,
} from '../../../shared/protocols/manage-delegation/contract.ts';
import { writeDelegationCall } from '../../../shared/protocols/manage-delegation/message.ts';
import { certificateData } from '../../../shared/protocols/saml/key-info.ts';
import { soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

const at = Date.parse('2026-11-21T12:00:00Z');
const business = present(federationInstances[0], 'the business instance');
const domain = 'contoso.test';
const identifiers = createIdentifiers(seededRandom('manage-delegation'));
let store: Store;
let settings: SettingsView;
let owner: Identity;
let good: DomainOwnershipProof;
let record: string;
beforeAll(async () => {
  store = await openStore({ location: ':memory:' });
  settings = openSettings(store, authorityScope);
  owner = await federationIdentity(1, 'with-identifier');
  const { signature, proof } = domainProof(domain, owner.privateKey);
  good = { Domain: domain, HashAlgorithm: 'SHA-512', Signature: signature };
  record = proof;
});
afterAll(async () => {
  settings.close();
  await store.close();
});

/** `seen` hears what names are looked up; `during` happens meanwhile. */
interface Changes {
  readonly proof?: DomainOwnershipProof;
  readonly records?: readonly string[];
  readonly seen?: string[];
  readonly during?: () => Promise<void>;
}

async function answer<Operation extends DelegationOperation>(
  operation: Operation,
  parameters: DelegationParameters[Operation],
  changes: Changes = {},
): Promise<ManageDelegationAnswer> {
  const { proof = good, records = [record], seen = [], during } = changes;
  const { certificate, privateKey } = owner;
  const octets = writeDelegationCall<Operation>({ operation, parameters, proof, certificate, privateKey, at });
  const lookUpText = async (name: string): Promise<readonly string[]> => {
    seen.push(name);
    await during?.();
    return records;
  };
  return answerManageDelegation(octets, business, { store, settings: await settings.current(), lookUpText, at, identifiers });
}

const partners = async (): Promise<readonly DelegationPartner[]> =>
  (await delegationPartners.list(store.read, authorityScope)).map(({ value }) => value);
const create = { uri: `FYDIBOHF25SPDLT.${domain}`, properties: [] };
const failedCheck = ({ verdict }: ManageDelegationAnswer) => verdict.checks.find(({ outcome }) => outcome === 'failed')?.check;

/** Another text than the one that was given. */
const other = (text: string) =>
  fc
    .oneof(
      fc.string(),
      fc
        .tuple(fc.nat(text.length - 1), fc.constantFrom('A', 'z', '0', '9', '+', '/', '='))
        .map(([index, letter]) => text.slice(0, index) + letter + text.slice(index + 1)),
      fc.nat(text.length - 1).map((length) => text.slice(0, length)),
      fc.constantFrom('=', 'A', 'AA==').map((more) => text + more),
    )
    .filter((mutated) => mutated.trim() !== text);

test('no mutated proof is accepted, and none changes anything', async () => {
  const mutations = fc.oneof(
    other(good.Signature).map((Signature) => ({ proof: { ...good, Signature } })),
    other(good.Domain)
      .filter((mutated) => mutated.trim().toLowerCase() !== domain)
      .map((Domain) => ({ proof: { ...good, Domain } })),
    other(good.HashAlgorithm).map((HashAlgorithm) => ({ proof: { ...good, HashAlgorithm } })),
    fc.array(other(record), { maxLength: 3 }).map((records) => ({ records })),
  );
  await fc.assert(
    fc.asyncProperty(mutations, async (changes) => {
      const refused = await answer('CreateAppId', create, changes);
      expect([refused.status, refused.code]).toEqual([500, '2011 ProofOfOwnershipNotValid']);
      expect(failedCheck(refused)).toMatch(/^delegation\.proof-(?:header|signature|record)$/);
    }),
    { numRuns: 150 },
  );
  expect(await partners()).toEqual([]);
});

test('the good twin makes an application, with every check in its place', async () => {
  const seen: string[] = [];
  const made = await answer('CreateAppId', create, { records: ['v=spf1 -all', ` ${record} `], seen });
  expect([made.status, made.operation, made.code]).toEqual([200, 'CreateAppId', undefined]);
  // The account namespace is proven by the domain it is made of.
  expect(seen).toEqual([domain]);
  expect(made.verdict.accepted).toBe(true);
  expect(made.verdict.checks.map(({ check, outcome }) => [check.slice('delegation.'.length), outcome])).toEqual([
    ['message', 'passed'],
    ['operation', 'passed'],
    ['certificate', 'passed'],
    ['application', 'skipped'],
    ['application-certificate', 'skipped'],
    ['certificate-validity', 'passed'],
    ['signature', 'passed'],
    ['timestamp', 'passed'],
    ['parameters', 'passed'],
    ['new-certificate', 'skipped'],
    ['domain-allowed', 'passed'],
    ['proof-header', 'passed'],
    ['proof-signature', 'passed'],
    ['proof-record', 'passed'],
    ['still-registered', 'skipped'],
    ['domain-available', 'passed'],
    ['domain-reserved', 'skipped'],
    ['uri-registered', 'skipped'],
    ['uri-limit', 'skipped'],
    ['application-limit', 'skipped'],
  ]);
  expect(await partners()).toMatchObject([{ appId: made.caller, instance: 'business', uris: [create.uri.toLowerCase()], since: at }]);
});

test('an application that was changed while its call was judged is looked at again', async () => {
  const [partner] = await partners();
  const appId = partner?.appId ?? '';
  const successor = await federationIdentity(2, 'with-identifier');
  // Between the judgement of the caller and the transaction lies the look into DNS.
  const during = async (): Promise<void> => {
    const updated = await answer('UpdateAppIdCertificate', { appId, newCertificate: successor.certificate });
    expect(updated.status).toBe(200);
  };
  const refused = await answer('ReserveDomain', { appId, domainName: domain, programId: 'ExchangeConnector' }, { during });
  expect([refused.code, failedCheck(refused)]).toEqual(['1002 InvalidPartnerCert', 'delegation.still-registered']);
  expect(await partners()).toMatchObject([{ certificate: successor.certificate, domains: [] }]);
});

test.each([
  [1_000, '200'],
  [0, '1002 InvalidPartnerCert'],
  [-1_000, '1002 InvalidPartnerCert'],
])('a message that lives %d ms', async (lifeMs, told) => {
  const { certificate, privateKey } = await federationIdentity(2, 'with-identifier');
  const [partner] = await partners();
  const octets = writeMessage({
    soap: soapNamespace,
    times: { created: at, expires: at + lifeMs },
    signature: { signer: { algorithm: 'rsa-sha1', privateKey }, keyInfo: [certificateData(certificate)], covers: ['Timestamp'] },
    body: delegationContracts.UpdateAppIdProperties.request.encode(
      { appId: partner?.appId ?? '', properties: [] },
      delegationNamespace,
      'UpdateAppIdProperties',
    ),
  });
  const ground = { store, settings: await settings.current(), lookUpText: async () => [], at, identifiers };
  const { status, code = String(status) } = await answerManageDelegation(octets, business, ground);
  expect(code).toBe(told);
});
