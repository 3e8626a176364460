import { createHash } from 'node:crypto';
import { configKind } from '../../shared/domain/organization/config-kind.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Transaction } from '../../shared/domain/organization/transaction.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../shared/domain/trust/exchange-certificates.ts';
import {
  type FederatedOrganization,
  federatedOrganizationName,
  federatedOrganizations,
} from '../../shared/domain/trust/federated-organization.ts';
import { federationInstances } from '../../shared/domain/trust/federation-instances.ts';
import { type FederationTrust, federationTrusts } from '../../shared/domain/trust/federation-trusts.ts';
import { type OrganizationRelationship, organizationRelationships } from '../../shared/domain/trust/organization-relationships.ts';
import {
  type Assertion,
  claimNamespaces,
  confirmationMethods,
  nameFormats,
  passwordAuthentication,
  writeAssertion,
} from '../../shared/protocols/saml/assertion.ts';
import { canonicalXml } from '../../shared/protocols/saml/canonical.ts';
import { encryptOctets } from '../../shared/protocols/saml/encrypt.ts';
import { referenceByIdentifier } from '../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../shared/protocols/saml/keys.ts';
import { namespaces } from '../../shared/protocols/saml/namespaces.ts';
import { clearProofKey } from '../../shared/protocols/saml/proof-key.ts';
import { signEnveloped } from '../../shared/protocols/saml/sign.ts';
import type { XmlElement } from '../../shared/xml/element.ts';
import type { Identity } from '../unit/saml/identities.ts';

const [business] = federationInstances;
if (business === undefined) throw new Error('there is no business instance');

/** What a delegation token says; everything has a value that a receiver takes. */
export interface TokenFacts {
  /** The moment from which it is good. */
  readonly at: number;
  readonly lifeMs: number;
  readonly audience: string;
  readonly issuer: string;
  readonly emailAddress: string;
  readonly offer: string;
}

/** How a token is made; each step gets what the one before made. */
export interface TokenSteps {
  readonly facts: TokenFacts;
  readonly signer: Identity;
  readonly algorithm?: 'rsa-sha1' | 'rsa-sha256';
  readonly recipient: Identity;
  /** On the claims. */
  readonly change?: (assertion: Assertion) => Assertion;
  /** On the unsigned element. */
  readonly shape?: (node: XmlElement) => XmlElement;
  /** On the text of the signed assertion, which is then encrypted. */
  readonly tamper?: (text: string) => string;
}

export interface MadeToken {
  readonly token: XmlElement;
  readonly proofKey: Buffer;
  readonly assertionId: string;
  /** The signed assertion, in the clear. */
  readonly plain: string;
}

/** The proof key of every token of the tests. */
export const proofKey = Buffer.alloc(32, 0x5a);

/** A delegation token as the federation gateway makes it: drafted, changed, signed, encrypted. */
export function makeDelegationToken(steps: TokenSteps): MadeToken {
  const { facts, signer, algorithm = 'rsa-sha1', recipient, change = same, shape = same, tamper = same } = steps;
  const assertion = change(draft(facts));
  const { subjectKeyIdentifier } = certificateFacts(signer.certificate);
  const signed = signEnveloped(shape(writeAssertion(assertion)), assertion.AssertionID, { algorithm, privateKey: signer.privateKey }, [
    referenceByIdentifier(subjectKeyIdentifier),
  ]);
  const plain = tamper(canonicalXml(signed));
  const token = encryptOctets(Buffer.from(plain), recipient.certificate, { Id: 'Assertion0', Type: `${namespaces.xenc}Element` });
  return { token, proofKey, assertionId: assertion.AssertionID, plain };
}

function same<Value>(value: Value): Value {
  return value;
}

function draft({ at, lifeMs, audience, issuer, emailAddress, offer }: TokenFacts): Assertion {
  const subject = {
    NameIdentifier: { Format: nameFormats.issuedUpn, value: emailAddress },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.holderOfKey], KeyInfo: clearProofKey(proofKey) },
  };
  const domain = emailAddress.slice(emailAddress.lastIndexOf('@') + 1);
  return {
    AssertionID: 'uuid-7d2c1f7e-0c0e-4b0e-9e9b-3f1f2f3f4f5f',
    Issuer: issuer,
    IssueInstant: at,
    Conditions: { NotBefore: at, NotOnOrAfter: at + lifeMs, AudienceRestrictionCondition: [{ Audience: [audience] }] },
    statements: [
      {
        is: 'AuthenticationStatement',
        value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: at, Subject: subject },
      },
      {
        is: 'AttributeStatement',
        value: {
          Subject: subject,
          Attribute: [
            claim('EmailAddress', claimNamespaces.claims, emailAddress),
            claim('RequestorDomain', claimNamespaces.microsoft, domain),
            claim('action', claimNamespaces.authorization, offer),
            claim('ThirdPartyRequested', claimNamespaces.microsoft, 'True'),
          ],
        },
      },
    ],
  };
}

export type Claim = Extract<Assertion['statements'][number], { is: 'AttributeStatement' }>['value']['Attribute'][number];

export function claim(AttributeName: string, AttributeNamespace: string, ...AttributeValue: string[]): Claim {
  return { AttributeName, AttributeNamespace, AttributeValue };
}

/** Replaces the claims of a name; none: they are left out. */
export function withClaim(name: string, ...claims: readonly Claim[]): (assertion: Assertion) => Assertion {
  return (assertion) => ({
    ...assertion,
    statements: assertion.statements.map((statement) =>
      statement.is === 'AttributeStatement'
        ? {
            ...statement,
            value: {
              ...statement.value,
              Attribute: [...statement.value.Attribute.filter(({ AttributeName }) => AttributeName !== name), ...claims],
            },
          }
        : statement,
    ),
  });
}

/** How an organisation is federated. */
export interface FederationFacts {
  readonly applicationUri: string;
  readonly current: Identity;
  readonly previous?: Identity;
  readonly issuer: Identity;
  readonly previousIssuer?: Identity;
  readonly issuerUri?: string;
  /** Domains that the organisation shares with. */
  readonly partners?: readonly string[];
}

type Row = readonly [kind: string, name: string, value: object];

/** The configuration objects of a federated organisation. */
export function federationObjects(facts: FederationFacts): readonly Row[] {
  const certificates = [facts.current, facts.previous].flatMap((identity) =>
    identity === undefined ? [] : [exchangeCertificate(identity)],
  );
  const [current, previous] = certificates;
  const trust: FederationTrust = {
    Name: 'Microsoft Federation Gateway',
    ApplicationIdentifier: '0000000040260563',
    ApplicationUri: facts.applicationUri,
    OrgCertificate: current?.Thumbprint ?? '',
    OrgNextCertificate: '',
    OrgPrevCertificate: previous?.Thumbprint ?? '',
    TokenIssuerUri: facts.issuerUri ?? business?.issuerUri ?? '',
    TokenIssuerEpr: business?.tokenIssuerEpr ?? '',
    TokenIssuerMetadataEpr: business?.metadataEpr ?? '',
    WebRequestorRedirectEpr: business?.webRequestorRedirectEpr ?? '',
    ManageDelegationEpr: business?.manageDelegationEpr ?? '',
    TokenIssuerCertificate: facts.issuer.certificate,
    TokenIssuerPrevCertificate: facts.previousIssuer?.certificate ?? '',
    refreshed: 0,
  };
  const identifier: FederatedOrganization = {
    AccountNamespace: facts.applicationUri,
    Domains: [facts.applicationUri],
    DefaultDomain: '',
    Enabled: true,
    DelegationTrustLink: trust.Name,
    OrganizationContact: '',
  };
  return [
    ...certificates.map((value): Row => [exchangeCertificates.kind, value.Thumbprint, value]),
    [federationTrusts.kind, trust.Name, trust],
    [federatedOrganizations.kind, federatedOrganizationName, identifier],
    ...(facts.partners ?? []).map((domain): Row => [organizationRelationships.kind, domain, relationship(domain)]),
  ];
}

function exchangeCertificate({ certificate, privateKey }: Identity): ExchangeCertificate {
  const Thumbprint = createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('hex').toUpperCase();
  const names = { Subject: 'CN=Federation', FriendlyName: 'Exchange Delegation Federation' };
  return { Thumbprint, ...names, NotBefore: 0, NotAfter: Date.UTC(2031, 0, 1), certificate, privateKey };
}

/** An organisation relationship with one domain that shares free/busy times in full. */
export function relationship(domain: string, changes: Partial<OrganizationRelationship> = {}): OrganizationRelationship {
  return {
    Name: domain,
    Enabled: true,
    DomainNames: [domain],
    FreeBusyAccessEnabled: true,
    FreeBusyAccessLevel: 'LimitedDetails',
    FreeBusyAccessScope: '',
    MailTipsAccessEnabled: false,
    MailTipsAccessLevel: 'None',
    MailTipsAccessScope: '',
    MailboxMoveEnabled: false,
    DeliveryReportEnabled: false,
    PhotosEnabled: false,
    ArchiveAccessEnabled: false,
    TargetApplicationUri: '',
    TargetAutodiscoverEpr: '',
    TargetSharingEpr: '',
    TargetOwaURL: '',
    OrganizationContact: '',
    ...changes,
  };
}

/** Federates an organisation without its cmdlets: the objects go straight into the store. */
export async function federate(tx: Transaction, organization: string, facts: FederationFacts): Promise<void> {
  for (const [kind, name, value] of federationObjects(facts)) await configKind(kind).create(tx, organization, name, value, 0);
}

/** Settings that live in memory and hold these objects alone. */
export function settingsOf(rows: readonly Row[]): Settings {
  const objects = rows.map(([kind, name, value]) => ({
    ...{ id: name, organization: '', kind, identity: name.toLowerCase(), name, value, version: 1, created: 0, modified: 0 },
  }));
  return {
    get: (kind, identity) => objects.find((row) => row.kind === kind && row.identity === identity.toLowerCase()),
    list: (kind) => objects.filter((row) => row.kind === kind),
  };
}
