import { createPrivateKey, X509Certificate } from 'node:crypto';
import { serverNameOf } from '../domain/organization/servers.ts';
import { certificateRequests, type ExchangeCertificateRequest } from '../domain/trust/certificate-requests.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { certificateText, encodedName } from './exchange-certificate-text.ts';
import { textGiven } from './given.ts';

/** `New-ExchangeCertificate -GenerateRequest`: keeps the key and answers the request as text, for the administrator to save. */
export async function makeRequest(
  scope: CmdletScope,
  asked: { readonly subject: string; readonly names: readonly string[]; readonly friendlyName: string },
): Promise<CmdletObject> {
  const { subject, names, friendlyName } = asked;
  const { request, privateKey, thumbprint } = await scope.certificateRequest({ subject: encodedName(subject), names });
  const value: ExchangeCertificateRequest = {
    ...{ Thumbprint: thumbprint, Subject: subject, FriendlyName: friendlyName, CertificateDomains: names },
    ...{ made: scope.at, request, privateKey },
  };
  await scope.transaction((tx) => certificateRequests.create(tx, scope.organization.name, thumbprint, value, scope.at));
  return { Thumbprint: thumbprint, Request: requestText(request) };
}

/** As Exchange writes it: the older header, which openssl reads as well. */
function requestText(request: string): string {
  const lines = request.match(/.{1,64}/g) ?? [];
  return `-----BEGIN NEW CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END NEW CERTIFICATE REQUEST-----\n`;
}

/** A request as Get- shows it among the certificates. */
export function shownRequest({ Thumbprint, Subject, FriendlyName, CertificateDomains, made }: ExchangeCertificateRequest): CmdletObject {
  return {
    ...{ CertificateDomains, FriendlyName, HasPrivateKey: true, IsSelfSigned: true, Issuer: Subject },
    ...{ NotBefore: new Date(made), PublicKeySize: 2_048, Services: 'None', Status: 'PendingRequest', Subject, Thumbprint },
  };
}

/**
 * `Import-ExchangeCertificate -FileData <text>`: a certificate for a request that waits, as PEM or base64, alone or in PKCS #7.
 * Node reads no PKCS #12, so keys from elsewhere cannot come.
 */
export const importCertificate: Cmdlet = {
  kinds: ['on-premises'],
  parameters: { FileData: 'octets', FriendlyName: 'text', PrivateKeyExportable: 'boolean' },
  required: ['FileData'],
  async run(scope, given) {
    const offered = await readFileData(given);
    return scope.transaction(async (tx) => {
      const { name } = scope.organization;
      for (const stored of await certificateRequests.list(tx, name)) {
        const key = createPrivateKey(stored.value.privateKey);
        const found = offered.find((one) => one.checkPrivateKey(key));
        if (found === undefined) continue;
        const value = certificateFor(stored.value, found, textGiven(given, 'FriendlyName'));
        await certificateRequests.remove(tx, stored, scope.at);
        await exchangeCertificates.create(tx, name, value.Thumbprint, value, scope.at);
        return [certificateText(value, scope.at)];
      }
      for (const one of offered) {
        const thumbprint = one.fingerprint.replaceAll(':', '');
        if ((await exchangeCertificates.find(tx, name, thumbprint)) !== undefined) throw existing(scope, thumbprint);
      }
      throw cmdletRefusal(
        'operation-failed',
        'No request of New-ExchangeCertificate -GenerateRequest waits for this certificate: its key is not here.',
      );
    });
  },
};

function certificateFor(
  { FriendlyName, privateKey }: ExchangeCertificateRequest,
  read: X509Certificate,
  name?: string,
): ExchangeCertificate {
  return {
    Thumbprint: read.fingerprint.replaceAll(':', ''),
    Subject: read.subject.split('\n').join(', '),
    FriendlyName: name ?? FriendlyName,
    NotBefore: read.validFromDate.getTime(),
    NotAfter: read.validToDate.getTime(),
    certificate: read.raw.toString('base64'),
    privateKey,
  };
}

async function readFileData(given: CmdletParameters): Promise<readonly X509Certificate[]> {
  const text = textGiven(given, 'FileData') ?? '';
  const file = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64') : Buffer.from(text);
  try {
    return [new X509Certificate(file)];
  } catch {
    const { certificatesOf } = await import('../net/certificate-request.ts');
    const found = certificatesOf(file) ?? [];
    if (found.length > 0) return found.map((der) => new X509Certificate(der));
  }
  throw cmdletRefusal(
    'bad-parameter',
    '-FileData takes a certificate, or PKCS #7 with certificates, as PEM or base64; PKCS #12 with a key cannot be read here.',
  );
}

/** Public in many a log ("Cannot import certificate. A certificate with the thumbprint ... already exists"). */
function existing({ organization }: CmdletScope, thumbprint: string): Error {
  const serverName = serverNameOf(organization);
  const text = `Cannot import certificate. A certificate with the thumbprint ${thumbprint} already exists.`;
  return cmdletRefusal('object-exists', `A special Rpc error occurs on server ${serverName}: ${text}`);
}
