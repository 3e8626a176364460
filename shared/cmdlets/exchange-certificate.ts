import type { Stored } from '../domain/organization/config-kind.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { authConfigAt, authConfigName, authConfigs, certificateUse } from '../domain/trust/auth-config.ts';
import { certificateRequests } from '../domain/trust/certificate-requests.ts';
import {
  type CertificateService,
  certificateServices,
  type ExchangeCertificate,
  exchangeCertificates,
} from '../domain/trust/exchange-certificates.ts';
import { federationCertificates } from '../domain/trust/federation-rollover.ts';
import { federationTrusts } from '../domain/trust/federation-trusts.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun } from './config-object.ts';
import { importCertificate, makeRequest, shownRequest } from './exchange-certificate-request.ts';
import { certificateText, distinguishedName, encodedName } from './exchange-certificate-text.ts';
import { choiceGiven, listGiven, numberGiven, textGiven } from './given.ts';

const noun: ObjectNoun<ExchangeCertificate> = {
  noun: 'ExchangeCertificate',
  kinds: ['on-premises'],
  objects: exchangeCertificates,
  name: ({ Thumbprint }) => Thumbprint,
  show: (value, at) => certificateText(value, at),
};
const { kinds } = noun;
const selfSigned = newObject(noun, { positional: null, parameters: {}, required: [], make: madeCertificate });
/** Keys come from a pool of one size. */
const keySize = 2_048;
const mostNames = 100;

/** `New-ExchangeCertificate -SubjectName "CN=Microsoft Exchange Server Auth Certificate"`: the certificate store of an organisation's servers. */
export const exchangeCertificate = {
  get: {
    kinds,
    positional: 'Thumbprint',
    parameters: { Thumbprint: 'text' },
    required: [],
    async run({ organization, transaction, at }, given) {
      const thumbprint = thumbprintGiven(given, 'Thumbprint');
      return transaction(async (tx) => {
        const federated = await federatedThumbprints(tx, organization);
        const show = (value: ExchangeCertificate): CmdletObject => certificateText(value, at, federated.has(value.Thumbprint));
        if (thumbprint !== undefined) {
          const waiting = await certificateRequests.find(tx, organization.name, thumbprint);
          return [
            waiting === undefined ? show((await requireCertificate(tx, organization, thumbprint)).value) : shownRequest(waiting.value),
          ];
        }
        const all = (await exchangeCertificates.list(tx, organization.name)).map(({ value }) => show(value));
        return [...all, ...(await certificateRequests.list(tx, organization.name)).map(({ value }) => shownRequest(value))];
      });
    },
  },
  new: {
    kinds,
    parameters: {
      ...{ SubjectName: 'text', FriendlyName: 'text', KeySize: 'integer', PrivateKeyExportable: 'boolean' },
      ...{ GenerateRequest: 'switch', DomainName: 'list' },
    },
    required: [],
    run: (scope, given) => (given['GenerateRequest'] === true ? requested(scope, given) : selfSigned.run(scope, given)),
  },
  import: importCertificate,
  enable: {
    kinds,
    positional: 'Thumbprint',
    continued: 'Thumbprint',
    parameters: { Thumbprint: 'text', Services: 'list', Force: 'switch' },
    required: ['Thumbprint', 'Services'],
    async run({ organization, transaction, at }, given) {
      const thumbprint = thumbprintGiven(given, 'Thumbprint') ?? '';
      const asked = servicesGiven(given);
      await transaction(async (tx) => {
        const { object } = await requireCertificate(tx, organization, thumbprint);
        for (const stored of await exchangeCertificates.list(tx, organization.name)) {
          const services = new Set<CertificateService>(stored.value.Services);
          // What is enabled stays so; a web site has one certificate.
          if (stored.object.identity === object.identity) for (const one of asked) services.add(one);
          else if (!asked.includes('IIS') || !services.delete('IIS')) continue;
          await exchangeCertificates.replace(tx, stored, { ...stored.value, Services: [...services] }, at);
        }
      });
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Thumbprint',
    parameters: { Thumbprint: 'text' },
    required: ['Thumbprint'],
    async run({ organization, transaction, at }, given) {
      const thumbprint = thumbprintGiven(given, 'Thumbprint') ?? '';
      await transaction(async (tx) => {
        const waiting = await certificateRequests.find(tx, organization.name, thumbprint);
        if (waiting !== undefined) return certificateRequests.remove(tx, waiting, at);
        const stored = await requireCertificate(tx, organization, thumbprint);
        const config = await authConfigs.find(tx, organization.name, authConfigName);
        const use = config === undefined ? undefined : certificateUse(authConfigAt(config.value, at), thumbprint);
        if (use !== undefined) {
          const text = `The certificate with thumbprint ${thumbprint} is the ${use} certificate of the authorization configuration`;
          throw cmdletRefusal('operation-failed', `${text} (Get-AuthConfig): it cannot be removed.`);
        }
        await requireUnfederated(tx, organization, thumbprint);
        await exchangeCertificates.remove(tx, stored, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** A thumbprint parameter as thumbprints are kept: without blanks, in capitals. */
export function thumbprintGiven(given: CmdletParameters, name: string): string | undefined {
  return textGiven(given, name)?.replaceAll(/\s/g, '').toUpperCase();
}

/** Observed: learn.microsoft.com/exchange/plan-and-deploy/integration-with-sharepoint-and-skype/maintain-oauth-certificate. */
export function certificateNotFound(organization: Organization, thumbprint: string): Error {
  const serverName = serverNameOf(organization);
  return cmdletRefusal(
    'object-not-found',
    `A special Rpc error occurs on server ${serverName}: The certificate with thumbprint ${thumbprint} was not found.`,
  );
}

/** Tokens are encrypted to a federation certificate, the previous one included. */
async function requireUnfederated(tx: Transaction, organization: Organization, thumbprint: string): Promise<void> {
  for (const { value } of await federationTrusts.list(tx, organization.name)) {
    const used = federationCertificates(value).find((one) => one.thumbprint === thumbprint);
    if (used === undefined) continue;
    const text = `The certificate with thumbprint ${thumbprint} is ${used.use} of the federation trust '${value.Name}' (Get-FederationTrust)`;
    throw cmdletRefusal('operation-failed', `${text}: it cannot be removed. Roll over to another one, or remove the trust.`);
  }
}

/** The certificate with a thumbprint. Refuses with `object-not-found`. */
export async function requireCertificate(
  tx: Transaction,
  organization: Organization,
  thumbprint: string,
): Promise<Stored<ExchangeCertificate>> {
  const found = await exchangeCertificates.find(tx, organization.name, thumbprint);
  if (found === undefined) throw certificateNotFound(organization, thumbprint);
  return found;
}

async function madeCertificate(scope: CmdletScope, given: CmdletParameters): Promise<ExchangeCertificate> {
  const { subject, names, friendlyName } = askedFor(scope, given);
  if (names.length > 0)
    throw cmdletRefusal('bad-parameter', 'Self-signed certificates have no -DomainName here; -GenerateRequest takes it.');
  return makeCertificate(scope, subject, friendlyName);
}

async function requested(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]> {
  return [await makeRequest(scope, askedFor(scope, given))];
}

function askedFor(
  { organization }: CmdletScope,
  given: CmdletParameters,
): { readonly subject: string; readonly names: readonly string[]; readonly friendlyName: string } {
  const size = numberGiven(given, 'KeySize') ?? keySize;
  if (size !== keySize) throw cmdletRefusal('bad-parameter', `Keys have ${keySize} bits here; -KeySize ${size} cannot be had.`);
  const names = listGiven(given, 'DomainName') ?? [];
  const wrong = names.find((name) => name.length > 253 || !/^(\*\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(name));
  if (wrong !== undefined || names.length > mostNames)
    throw cmdletRefusal('bad-parameter', `-DomainName takes up to ${mostNames} host names, not ${JSON.stringify(wrong ?? names.length)}.`);
  return {
    subject: distinguishedName(textGiven(given, 'SubjectName') ?? `CN=${serverNameOf(organization)}`),
    names,
    friendlyName: textGiven(given, 'FriendlyName') ?? 'Microsoft Exchange',
  };
}

function servicesGiven(given: CmdletParameters): readonly CertificateService[] {
  const words = (listGiven(given, 'Services') ?? []).filter((word) => word.toLowerCase() !== 'none');
  return words.flatMap((word) => choiceGiven({ Services: word }, 'Services', certificateServices) ?? []);
}

/** Certificates of the federation trust: their service is FEDERATION. */
async function federatedThumbprints(tx: Transaction, organization: Organization): Promise<ReadonlySet<string>> {
  const trusts = await federationTrusts.list(tx, organization.name);
  return new Set(trusts.flatMap(({ value }) => federationCertificates(value).map(({ thumbprint }) => thumbprint)));
}

/** A new self-signed certificate for the five years to come; nothing is stored. `subject`: `CN=Federation`. */
export async function makeCertificate(scope: CmdletScope, subject: string, FriendlyName: string): Promise<ExchangeCertificate> {
  // Certificates tell whole seconds.
  const notBefore = Math.floor(scope.at / 1_000) * 1_000;
  const expires = new Date(notBefore);
  expires.setUTCFullYear(expires.getUTCFullYear() + 5);
  const notAfter = expires.getTime();
  const { certificate, privateKey, thumbprint } = await scope.selfSigned({ subject: encodedName(subject), notBefore, notAfter });
  return { Thumbprint: thumbprint, Subject: subject, FriendlyName, NotBefore: notBefore, NotAfter: notAfter, certificate, privateKey };
}
