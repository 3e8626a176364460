import type { Transaction } from '../../../domain/organization/transaction.ts';
import { type DelegationPartner, delegationPartners, partnerKey, type ReservedDomain } from '../../../domain/trust/delegation-partners.ts';
import type { FederationInstance } from '../../../domain/trust/federation-instances.ts';
import { authorityScope } from '../../../domain/trust/well-known.ts';
import { assert } from '../../../kernel/assert.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { Identifiers } from '../../../kernel/ids.ts';
import type { DelegationOperation, DelegationParameters, DelegationResults } from '../../../protocols/manage-delegation/contract.ts';
import { certificateFacts } from '../../../protocols/saml/keys.ts';
import { proofDomainOf } from './domain-proof.ts';
import { holdsDomain } from './manage-delegation-domains.ts';
import type { ManageDelegationTrail } from './manage-delegation-trail.ts';

/** URIs of an application at most. That there is a limit is known (MaxUriReached); how high it is, is ours. */
const mostUris = 200;

/** What an operation finds inside its transaction. */
export interface OperationGround {
  readonly tx: Transaction;
  readonly trail: ManageDelegationTrail;
  readonly instance: FederationInstance['name'];
  readonly certificate: string;
  /** Of the caller, as it is now; undefined for CreateAppId. */
  readonly partner: DelegationPartner | undefined;
  /** All of the instance, the caller's own included. */
  readonly partners: readonly DelegationPartner[];
  readonly at: Instant;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

type Run<Operation extends DelegationOperation> = (
  ground: OperationGround,
  parameters: DelegationParameters[Operation],
) => Promise<DelegationResults[Operation]>;

/**
 * What each operation does once the caller is known and has proven its domain: store calls only. Names come in lower case.
 * What the real service does in the cases between is not published; these rules are ours: an application's own URI goes last, a
 * domain is released when no URI needs it, a key has one application, and an account namespace is reserved with the
 * domain it is made of.
 */
export const delegationOperations: { readonly [Operation in DelegationOperation]: Run<Operation> } = {
  async CreateAppId(ground, { uri, properties }) {
    const { trail, certificate, partners, instance, at } = ground;
    const { subjectKeyIdentifier } = certificateFacts(certificate);
    const own = partners.find((partner) => partner.subjectKeyIdentifier === subjectKeyIdentifier);
    requireAvailable(ground, uri, own);
    if (own !== undefined) {
      // A call whose answer was lost, and an application that was given up, may be made again.
      const isAgain = own.certificate === certificate && (own.uris.length === 0 || own.uris[0] === uri);
      const facts = { expected: 'one application for a key', actual: own.appId };
      trail.require('delegation.application-limit', isAgain, facts, 'MaxAppIdsReached');
      const uris = [uri, ...own.uris.slice(1)];
      await save(ground, own, { uris, properties, domains: withStates(own.domains, uris) });
      return { AppId: own.appId };
    }
    const appId = freeAppId(ground);
    const created = { appId, instance, certificate, subjectKeyIdentifier, uris: [uri], domains: [], properties };
    await delegationPartners.create(ground.tx, authorityScope, partnerKey(created), { ...created, hostsTenants: false, since: at }, at);
    return { AppId: appId };
  },

  async UpdateAppIdCertificate(ground, { newCertificate }) {
    const partner = caller(ground);
    const { subjectKeyIdentifier } = certificateFacts(newCertificate);
    const other = ground.partners.find((one) => one.appId !== partner.appId && one.subjectKeyIdentifier === subjectKeyIdentifier);
    const facts = { expected: 'one application for a key', actual: other?.appId ?? 'no other' };
    ground.trail.require('delegation.application-limit', other === undefined, facts, 'InvalidPartnerCert');
    await save(ground, partner, { certificate: newCertificate, subjectKeyIdentifier });
    return {};
  },

  async UpdateAppIdProperties(ground, { properties }) {
    await save(ground, caller(ground), { properties });
    return {};
  },

  async AddUri(ground, { uri }) {
    const partner = caller(ground);
    requireAvailable(ground, uri, partner);
    requireReserved(ground, partner, uri);
    // It may be asked again: the answer may have been lost.
    if (partner.uris.includes(uri)) return {};
    const facts = { expected: `${mostUris} at most`, actual: String(partner.uris.length + 1) };
    ground.trail.require('delegation.uri-limit', partner.uris.length < mostUris, facts, 'MaxUriReached');
    const uris = [...partner.uris, uri];
    await save(ground, partner, { uris, domains: withStates(partner.domains, uris) });
    return {};
  },

  async RemoveUri(ground, { uri }) {
    const partner = caller(ground);
    const [own] = partner.uris;
    const isKnown = partner.uris.includes(uri);
    if (!isKnown) ground.trail.refuse('delegation.uri-registered', { expected: partner.uris.join(' '), actual: uri }, 'InvalidUri');
    const isLast = own !== uri || partner.uris.length === 1;
    const facts = { expected: "the application's own URI goes last", actual: uri };
    ground.trail.require('delegation.uri-registered', isLast, facts, 'NotPermittedForDomain');
    const uris = partner.uris.filter((one) => one !== uri);
    await save(ground, partner, { uris, domains: withStates(partner.domains, uris) });
    return {};
  },

  async ReserveDomain(ground, { domainName: asked, programId }) {
    const partner = caller(ground);
    requireAvailable(ground, asked, partner);
    const domainName = proofDomainOf(asked);
    const others = partner.domains.filter((domain) => domain.domainName !== domainName);
    const reserved: ReservedDomain = { domainName, state: 'PendingActivation', programId };
    await save(ground, partner, { domains: withStates([...others, reserved], partner.uris) });
    return {};
  },

  async ReleaseDomain(ground, { domainName: asked }) {
    const partner = caller(ground);
    const domainName = proofDomainOf(asked);
    requireReserved(ground, partner, asked);
    const isNeeded = partner.uris.includes(asked) || partner.uris.includes(domainName);
    const facts = { expected: 'no URI of that name', actual: asked };
    ground.trail.require('delegation.uri-registered', !isNeeded, facts, 'NotPermittedForDomain');
    await save(ground, partner, { domains: partner.domains.filter((domain) => domain.domainName !== domainName) });
    return {};
  },

  async GetDomainInfo(ground, { domainName: asked }) {
    const partner = caller(ground);
    requireAvailable(ground, asked, partner);
    const { state } = requireReserved(ground, partner, asked);
    return { DomainName: asked, AppId: partner.appId, DomainState: state };
  },
};

function requireAvailable({ trail, partners }: OperationGround, name: string, own: DelegationPartner | undefined): void {
  const domain = proofDomainOf(name);
  const other = partners.find((partner) => partner.appId !== own?.appId && holdsDomain(partner, domain));
  const facts = { expected: `${domain} of nobody else`, actual: other === undefined ? 'nobody' : 'another application' };
  trail.require('delegation.domain-available', other === undefined, facts, 'DomainUnavailable');
}

function requireReserved({ trail }: OperationGround, { domains }: DelegationPartner, asked: string): ReservedDomain {
  const expected = proofDomainOf(asked);
  const found = domains.find(({ domainName }) => domainName === expected);
  if (found === undefined) return trail.refuse('delegation.domain-reserved', { expected, actual: 'not reserved' }, 'DomainNotReserved');
  trail.pass('delegation.domain-reserved', { expected, actual: found.state });
  return found;
}

/** A domain is active while a URI needs it, before that pending, and afterwards on its way out. */
function withStates(domains: readonly ReservedDomain[], uris: readonly string[]): readonly ReservedDomain[] {
  const needed = new Set(uris.map(proofDomainOf));
  return domains.map((domain) => {
    if (needed.has(domain.domainName)) return { ...domain, state: 'Active' };
    return { ...domain, state: domain.state === 'PendingActivation' ? 'PendingActivation' : 'PendingRelease' };
  });
}

function caller({ partner }: OperationGround): DelegationPartner {
  assert(partner !== undefined, 'an operation on an application without one');
  return partner;
}

/** 16 hexadecimal digits with zeros in front, like that of MS-OXWSLVID 4.1.1. */
function freeAppId({ partners, identifiers }: OperationGround): string {
  for (;;) {
    const appId = identifiers.guid().slice(0, 8).toUpperCase().padStart(16, '0');
    if (partners.every((partner) => partner.appId !== appId)) return appId;
  }
}

async function save({ tx, at }: OperationGround, partner: DelegationPartner, change: Partial<DelegationPartner>): Promise<void> {
  const stored = await delegationPartners.find(tx, authorityScope, partnerKey(partner));
  assert(stored !== undefined, 'an application that was read in the same transaction');
  await delegationPartners.replace(tx, stored, { ...partner, ...change }, at);
}
