import { mkdtemp, rm } from 'node:fs/promises';
import { request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AutodiscoverContext } from '../../../services/autodiscover/context.ts';
import { createAutodiscoverService } from '../../../services/autodiscover/service.ts';
import { createFrontend } from '../../../services/frontend/service.ts';
import { accountSid, netIdOf } from '../../../shared/domain/directory/account-ids.ts';
import { legacyExchangeDn } from '../../../shared/domain/directory/legacy-dn.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { ntHash } from '../../../shared/domain/identity/nt-hash.ts';
import { asItIs } from '../../../shared/domain/organization/advertised-urls.ts';
import { microsoftNames } from '../../../shared/domain/organization/host-map.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Transaction } from '../../../shared/domain/organization/transaction.ts';
import { federatedOrganizationName, federatedOrganizations } from '../../../shared/domain/trust/federated-organization.ts';
import { federationInstances } from '../../../shared/domain/trust/federation-instances.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { createJournal, type Journal } from '../../../shared/journal/journal.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { createIdentifiers, namedGuid } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import type { Seams } from '../../../shared/kernel/seams.ts';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { type Lab, openLab } from '../../unit/access/lab.ts';

const password = 'Pa55w.rd';
export const now = Date.UTC(2026, 10, 21, 8, 5, 9, 42);

const contoso: Organization = {
  name: 'contoso',
  kind: 'on-premises',
  product: 'exchange-se',
  netbiosName: 'CONTOSO',
  domains: ['contoso.test', 'shop.contoso.test'],
  hosts: { web: 'mail.contoso.test', autodiscover: 'autodiscover.contoso.test', redirectOnly: [] },
};
const cloud: Organization = {
  name: 'contoso-cloud',
  kind: 'cloud',
  product: 'exchange-online',
  era: '2019',
  netbiosName: 'CLOUD',
  domains: ['contoso.test', 'contoso.mail.onmicrosoft.test'],
  hosts: { web: 'outlook.office365.test', autodiscover: 'autodiscover-s.outlook.test', redirectOnly: [] },
};
const organizations = { contoso, 'contoso-cloud': cloud } as const;
type OrganizationName = keyof typeof organizations;

/** Contoso has proved one of its two domains to the gateway; of a tenant's domains those are federated that it shares with nobody. */
const federations = {
  contoso: { trust: 'Microsoft Federation Gateway', applicationUri: 'FYDIBOHF25SPDLT.contoso.test', domains: ['contoso.test'] },
  'contoso-cloud': { trust: 'MicrosoftOnline', applicationUri: 'outlook.com', domains: ['contoso.mail.onmicrosoft.test'] },
} as const;

const recipients: readonly Recipient[] = [
  recipient('contoso', 'mary', { displayName: 'Mary Wells', extra: ['m.wells@contoso.test'] }),
  recipient('contoso', 'joe', { type: 'RemoteUserMailbox', displayName: 'Joe Ortiz', targetAddress: 'joe@contoso.mail.onmicrosoft.test' }),
  recipient('contoso', 'lost', { type: 'MailUser', targetAddress: 'lost@nowhere.test', extra: ['lost@nowhere.test'] }),
  recipient('contoso', 'all-staff', { type: 'MailUniversalDistributionGroup', exchangeGuid: null }),
  recipient('contoso-cloud', 'joe', { displayName: 'Joe Ortiz', extra: ['joe@contoso.mail.onmicrosoft.test'] }),
  recipient('contoso-cloud', 'mary', { type: 'MailUser', displayName: 'Mary Wells', targetAddress: 'mary@contoso.test' }),
];

function recipient(
  organization: OrganizationName,
  alias: string,
  changes: Partial<Recipient> & { readonly extra?: readonly string[] },
): Recipient {
  const guid = namedGuid('recipient', organization, alias);
  const mail = `${alias}@contoso.test`;
  const { extra = [], ...rest } = changes;
  return {
    guid,
    organization,
    type: 'UserMailbox',
    alias,
    displayName: alias,
    primaryAddress: mail,
    addresses: [`SMTP:${mail}`, ...extra.map((address) => `smtp:${address}`)],
    targetAddress: null,
    userPrincipalName: mail,
    samAccountName: alias,
    ntHash: ntHash(password),
    enabled: true,
    mfa: false,
    sid: accountSid(organization, Number.parseInt(guid.slice(0, 7), 16)),
    netId: netIdOf(mail),
    legacyDn: legacyExchangeDn(organization === 'contoso' ? 'Contoso' : 'ExchangeLabs', guid, alias),
    exchangeGuid: namedGuid('mailbox', alias),
    archiveGuid: null,
    details: {},
    members: [],
    access: [],
    settings: {},
    ...rest,
  };
}

async function federate(tx: Transaction, organization: OrganizationName): Promise<void> {
  const { trust, applicationUri, domains } = federations[organization];
  const [business] = federationInstances;
  if (business === undefined) throw new Error('there is no business instance');
  const { issuerUri, metadataEpr, tokenIssuerEpr, webRequestorRedirectEpr, manageDelegationEpr } = business;
  await federationTrusts.create(
    tx,
    organization,
    trust,
    {
      Name: trust,
      ApplicationIdentifier: '0000000040260563',
      ApplicationUri: applicationUri,
      ...{ OrgCertificate: '', OrgNextCertificate: '', OrgPrevCertificate: '' },
      ...{ TokenIssuerUri: issuerUri, TokenIssuerEpr: tokenIssuerEpr, TokenIssuerMetadataEpr: metadataEpr },
      ...{ WebRequestorRedirectEpr: webRequestorRedirectEpr, ManageDelegationEpr: manageDelegationEpr },
      ...{ TokenIssuerCertificate: '', TokenIssuerPrevCertificate: '' },
      refreshed: now,
    },
    now,
  );
  await federatedOrganizations.create(
    tx,
    organization,
    federatedOrganizationName,
    {
      ...{ AccountNamespace: applicationUri, Domains: domains, DefaultDomain: '' },
      ...{ Enabled: true, DelegationTrustLink: trust, OrganizationContact: '' },
    },
    now,
  );
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  /** Default: contoso, by the name of its Autodiscover host. */
  readonly organization?: OrganizationName;
  /** The `Host` header; `localhost` to come without a name. */
  readonly host?: string;
  /** `null`: without credentials. Default: mary with her password. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** What the journal holds of it. */
  readonly exchange: ExchangeRecord;
}

/** Two organisations with a front end each, over TLS on loopback, and the journal that both write. */
export interface AutodiscoverLab {
  readonly store: Lab['store'];
  readonly journal: Journal;
  readonly organizations: typeof organizations;
  ports: Record<OrganizationName, number>;
  /** Asked at every seam; a test may put another one here. */
  seams: Seams;
  ask(call: Call): Promise<Answer>;
  /** Throws when the journal holds another number of defects than `defects` (none). */
  close(defects?: number): Promise<void>;
}

/** `change` replaces parts of what the service gets from outside. */
export async function openAutodiscoverLab(change: Partial<AutodiscoverContext> = {}): Promise<AutodiscoverLab> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-autodiscover-'));
  const directory = await openLab(Object.values(organizations), recipients);
  await directory.store.transaction(async (tx) => {
    for (const organization of Object.keys(organizations) as OrganizationName[]) await federate(tx, organization);
  });
  const identifiers = createIdentifiers(seededRandom('autodiscover'));
  const journal = await createJournal({ identifiers });
  const certificates = await createCertificateStore({ folder, realNow: Date.now, permittedNames: Object.keys(microsoftNames) });
  const lab = { seams: { at: () => undefined } as Seams, ports: { contoso: 0, 'contoso-cloud': 0 } };
  const seams: Seams = { at: (seam, facts) => lab.seams.at(seam, facts) };
  const app = createAutodiscoverService({
    store: directory.store,
    organizations: directory.registry.current,
    directory: directory.directory,
    settings: directory.registry.settings,
    publishedPorts: () => new Map(Object.entries(lab.ports)),
    seams,
    spell: asItIs,
    ...change,
  });
  await app.ready();
  const frontends = await Promise.all(
    Object.values(organizations).map((organization) =>
      createFrontend({
        recorder: journal,
        clock: { now: () => now },
        identifiers,
        seams,
        version: 'test',
        traceHeaders: true,
        organizations: [organization],
        defaultOrganization: organization.name,
        apps: new Map([['autodiscover', app]]),
        certificates,
      }),
    ),
  );
  const [first = 0, second = 0] = await Promise.all(
    frontends.map(async ({ server }) => {
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return (server.address() as AddressInfo).port;
    }),
  );
  lab.ports = { contoso: first, 'contoso-cloud': second };

  const ask = async (call: Call): Promise<Answer> => {
    const organization = call.organization ?? 'contoso';
    const host = call.host ?? organizations[organization].hosts.autodiscover;
    const authorization = call.authorization === undefined ? basic('mary@contoso.test') : call.authorization;
    const answer = await exchange(call, lab.ports[organization], certificates.caPem, {
      host,
      ...(authorization === null ? {} : { authorization }),
      ...call.headers,
    });
    const traceId = String(answer.headers['x-coexist-trace']);
    let [record] = await journal.find({ traceId });
    // The record closes when the answer has left the server, which may be after it arrived here.
    while (record === undefined) {
      await new Promise((next) => setImmediate(next));
      [record] = await journal.find({ traceId });
    }
    return { ...answer, exchange: record };
  };
  return Object.assign(lab, {
    store: directory.store,
    journal,
    organizations,
    ask,
    close: async (defects = 0) => {
      const found = journal.defects().map(({ error }) => error?.message);
      await Promise.all(frontends.map((frontend) => frontend.close(0)));
      await app.close();
      await journal.stop();
      await directory.close();
      await rm(folder, { recursive: true });
      if (found.length !== defects) throw new Error(`${found.length} defects in the journal: ${found.join('; ')}`);
    },
  });
}

export function basic(user: string, secret = password): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

function exchange(call: Call, port: number, ca: string, headers: Record<string, string>): Promise<Omit<Answer, 'exchange'>> {
  const { method = 'POST', path, body } = call;
  return new Promise((resolve, reject) => {
    const servername = headers['host'] === 'localhost' ? 'localhost' : (headers['host'] ?? '').replace(/:\d+$/, '');
    const asked = send({ host: '127.0.0.1', port, path, method, ca, servername, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
