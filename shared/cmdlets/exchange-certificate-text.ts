import { X509Certificate } from 'node:crypto';
import { certificateServices, type ExchangeCertificate } from '../domain/trust/exchange-certificates.ts';
import type { Instant } from '../kernel/clock.ts';
import { type CmdletObject, cmdletRefusal } from './cmdlet.ts';

/** A certificate as Get- shows it; the private key stays inside. `RawData` is what is uploaded to a tenant. */
export function certificateText(value: ExchangeCertificate, at: Instant, isFederated = false): CmdletObject {
  const { Thumbprint, Subject, FriendlyName, NotBefore, NotAfter, certificate } = value;
  const read = new X509Certificate(Buffer.from(certificate, 'base64'));
  const isSelfSigned = read.subject === read.issuer;
  const services = [...certificateServices.filter((one) => value.Services?.includes(one)), ...(isFederated ? ['Federation'] : [])];
  return {
    CertificateDomains: namesOf(read),
    FriendlyName,
    HasPrivateKey: true,
    IsSelfSigned: isSelfSigned,
    Issuer: read.issuer.split('\n').join(', '),
    NotAfter: new Date(NotAfter),
    NotBefore: new Date(NotBefore),
    PublicKeySize: read.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    RawData: certificate,
    RootCAType: isSelfSigned ? 'None' : 'Unknown',
    SerialNumber: read.serialNumber,
    Services: services.length === 0 ? 'None' : services.join(', '),
    Status: NotBefore <= at && at < NotAfter ? 'Valid' : 'DateInvalid',
    Subject,
    Thumbprint,
  };
}

/** The DNS names that a certificate stands for; the common name where it lists none (RFC 6125 section 6.4.4). */
function namesOf({ subject, subjectAltName = '' }: X509Certificate): readonly string[] {
  const listed = subjectAltName.split(', ').flatMap((one) => (one.startsWith('DNS:') ? [one.slice(4)] : []));
  const common = /^CN=(\S+)$/m.exec(subject)?.[1];
  return listed.length > 0 ? listed : common === undefined ? [] : [common];
}

/** `cn=a, o=b` as certificates write it: `CN=a, O=b`. Refuses what is no distinguished name of plain words. */
export function distinguishedName(text: string): string {
  const parts = text.split(',').map((part) => /^\s*(CN|O|OU|L|S|C)\s*=\s*([^=,+<>#;"\\]{1,64}?)\s*$/i.exec(part));
  if (parts.includes(null)) {
    throw cmdletRefusal(
      'bad-parameter',
      `-SubjectName takes a distinguished name such as "CN=mail.contoso.test", not ${JSON.stringify(text)}.`,
    );
  }
  return parts.map((part) => `${part?.[1]?.toUpperCase()}=${part?.[2]}`).join(', ');
}

/** A distinguished name for the encoder: what Windows calls S (state) is ST in RFC 4514. */
export function encodedName(subject: string): string {
  return subject.replace(/(^|, )S=/g, '$1ST=');
}
