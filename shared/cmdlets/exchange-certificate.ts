import { X509Certificate } from 'node:crypto';
import type { Stored } from '../domain/organization/config-kind.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { profileOf } from '../domain/organization/profiles.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { authConfigAt, authConfigName, authConfigs, certificateUse } from '../domain/trust/auth-config.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { federationCertificates } from '../domain/trust/federation-rollover.ts';
import { federationTrusts } from '../domain/trust/federation-trusts.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun } from './config-object.ts';
import { numberGiven, textGiven } from './given.ts';

const noun: ObjectNoun<ExchangeCertificate> = {
  noun: 'ExchangeCertificate',
  kinds: ['on-premises'],
  objects: exchangeCertificates,
  name: ({ Thumbprint }) => Thumbprint,
  show: shown,
};
const { kinds } = noun;
/** Keys come from a pool of one size. */
const keySize = 2_048;

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
        if (thumbprint === undefined) return (await exchangeCertificates.list(tx, organization.name)).map(({ value }) => shown(value, at));
        return [shown((await requireCertificate(tx, organization, thumbprint)).value, at)];
      });
    },
  },
  new: newObject(noun, {
    positional: null,
    parameters: { SubjectName: 'text', FriendlyName: 'text', KeySize: 'integer', PrivateKeyExportable: 'boolean' },
    required: [],
    make: madeCertificate,
  }),
  remove: {
    kinds,
    positional: 'Thumbprint',
    parameters: { Thumbprint: 'text' },
    required: ['Thumbprint'],
    async run({ organization, transaction, at }, given) {
      const thumbprint = thumbprintGiven(given, 'Thumbprint') ?? '';
      await transaction(async (tx) => {
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
export function certificateNotFound({ product }: Organization, thumbprint: string): Error {
  const { serverName } = profileOf(product);
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
  const size = numberGiven(given, 'KeySize') ?? keySize;
  if (size !== keySize) throw cmdletRefusal('bad-parameter', `Keys have ${keySize} bits here; -KeySize ${size} cannot be had.`);
  const subject = distinguishedName(textGiven(given, 'SubjectName') ?? `CN=${profileOf(scope.organization.product).serverName}`);
  return makeCertificate(scope, subject, textGiven(given, 'FriendlyName') ?? 'Microsoft Exchange');
}

/** A new self-signed certificate for the five years to come; nothing is stored. `subject`: `CN=Federation`. */
export async function makeCertificate(scope: CmdletScope, subject: string, FriendlyName: string): Promise<ExchangeCertificate> {
  // Certificates tell whole seconds.
  const notBefore = Math.floor(scope.at / 1_000) * 1_000;
  const expires = new Date(notBefore);
  expires.setUTCFullYear(expires.getUTCFullYear() + 5);
  const notAfter = expires.getTime();
  const { certificate, privateKey, thumbprint } = await scope.selfSigned({ subject, notBefore, notAfter });
  return { Thumbprint: thumbprint, Subject: subject, FriendlyName, NotBefore: notBefore, NotAfter: notAfter, certificate, privateKey };
}

/** `cn=a, o=b` as certificates write it: `CN=a, O=b`. Refuses what is no distinguished name of plain words. */
function distinguishedName(text: string): string {
  const parts = text.split(',').map((part) => /^\s*(CN|O|OU|L|S|C)\s*=\s*([^=,+<>#;"\\]{1,64}?)\s*$/i.exec(part));
  if (parts.includes(null)) {
    throw cmdletRefusal(
      'bad-parameter',
      `-SubjectName takes a distinguished name such as "CN=mail.contoso.test", not ${JSON.stringify(text)}.`,
    );
  }
  return parts.map((part) => `${part?.[1]?.toUpperCase()}=${part?.[2]}`).join(', ');
}

/** The private key stays inside; `RawData` is what is uploaded to a tenant. */
function shown(value: ExchangeCertificate, at: Instant): CmdletObject {
  const { Thumbprint, Subject, FriendlyName, NotBefore, NotAfter, certificate } = value;
  const read = new X509Certificate(Buffer.from(certificate, 'base64'));
  return {
    FriendlyName,
    HasPrivateKey: true,
    IsSelfSigned: read.subject === read.issuer,
    Issuer: read.issuer.split('\n').join(', '),
    NotAfter: new Date(NotAfter),
    NotBefore: new Date(NotBefore),
    PublicKeySize: read.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    RawData: certificate,
    SerialNumber: read.serialNumber,
    Status: NotBefore <= at && at < NotAfter ? 'Valid' : 'DateInvalid',
    Subject,
    Thumbprint,
  };
}
