import { createHash, X509Certificate } from 'node:crypto';
import {
  type KeyCredential,
  type PasswordCredential,
  type ServicePrincipal,
  withKeyCredential,
  withPasswordCredential,
} from '../domain/trust/service-principals.ts';
import type { Instant } from '../kernel/clock.ts';
import { namedGuid } from '../kernel/ids.ts';
import { thumbprints } from '../protocols/oauth/jwt.ts';
import { type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, numberGiven, textGiven } from './given.ts';

/** Parameters that describe a credential, of New-MsolServicePrincipal and New-MsolServicePrincipalCredential. */
export const credentialParameters = { Type: 'text', Usage: 'text', Value: 'text', StartDate: 'date', EndDate: 'date' } as const;

/** A service principal with the credential that the parameters describe. Refuses with `bad-parameter`. */
export function withCredential(principal: ServicePrincipal, given: CmdletParameters, at: Instant): ServicePrincipal {
  choiceGiven(given, 'Usage', ['Verify']);
  const type = choiceGiven(given, 'Type', ['Asymmetric', 'Symmetric', 'Password']);
  const value = textGiven(given, 'Value');
  if (type === undefined || value === undefined) throw cmdletRefusal('bad-parameter', 'A credential needs -Type and -Value.');
  if (type === 'Symmetric') {
    throw cmdletRefusal('bad-parameter', 'Nothing here takes assertions that are signed with a symmetric key: use Asymmetric or Password.');
  }
  const dates = { startDate: numberGiven(given, 'StartDate'), endDate: numberGiven(given, 'EndDate') };
  return type === 'Password'
    ? withPasswordCredential(principal, passwordCredential(principal, value, dates, at))
    : withKeyCredential(principal, keyCredential(principal, value, dates, at));
}

interface Dates {
  readonly startDate: Instant | undefined;
  readonly endDate: Instant | undefined;
}

function passwordCredential({ appId }: ServicePrincipal, secret: string, dates: Dates, at: Instant): PasswordCredential {
  const secretHash = createHash('sha256').update(secret).digest('hex');
  const startDate = dates.startDate ?? at;
  const endDate = dates.endDate ?? yearAfter(startDate);
  if (endDate <= startDate) throw cmdletRefusal('bad-parameter', '-EndDate lies before -StartDate.');
  return { keyId: namedGuid('password credential', appId, secretHash), secretHash, startDate, endDate };
}

/** Dates of a credential lie within those of its certificate, which they default to; the same certificate has one id. */
function keyCredential({ appId }: ServicePrincipal, value: string, dates: Dates, at: Instant): KeyCredential {
  const certificate = readRsaCertificate(value);
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const startDate = dates.startDate ?? from;
  const endDate = dates.endDate ?? until;
  if (startDate < from || endDate > until || endDate <= startDate) {
    const [first, last] = [new Date(from).toISOString(), new Date(until).toISOString()];
    throw cmdletRefusal('bad-parameter', `The certificate is valid from ${first} to ${last}; -StartDate and -EndDate lie within that.`);
  }
  if (until <= at) throw cmdletRefusal('bad-parameter', `The certificate has expired: ${new Date(until).toISOString()}.`);
  const text = certificate.raw.toString('base64');
  const { x5t, x5tS256 } = thumbprints(text);
  return { keyId: namedGuid('key credential', appId, x5t), x5t, x5tS256, certificate: text, startDate, endDate };
}

function readRsaCertificate(value: string): X509Certificate {
  try {
    const certificate = new X509Certificate(Buffer.from(value, 'base64'));
    if (certificate.publicKey.asymmetricKeyType === 'rsa') return certificate;
  } catch {
    // Told below: OpenSSL's words would not help.
  }
  throw cmdletRefusal('bad-parameter', '-Value takes the DER octets of an X.509 certificate with an RSA key, in base64.');
}

function yearAfter(start: Instant): Instant {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end.getTime();
}
