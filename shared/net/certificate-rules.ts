import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { Refusal } from '../kernel/refusal.ts';

/** Why no certificate is given. */
export type CertificateRefusal = 'UnusableAuthority' | 'NameNotPermitted' | 'MalformedName';

/** Optional ends of a validity period, machine time in milliseconds. */
export interface Instants {
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export const dayMs = 86_400_000;
/** Apple refuses server certificates over 398 days for any authority that a profile installs as public. */
export const leafLifeMs = 397 * dayMs;
export const authorityLifeMs = 3_650 * dayMs;
/** A certificate this close to its end is replaced at the next start. */
const reserveMs = 30 * dayMs;
const maximumNames = 200;

const hostName = /^(?:\*\.)?(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*$/;

/** The names in lower case, each once, in the order given. Refuses `MalformedName`. */
export function checkNames(names: readonly string[]): readonly string[] {
  const wanted = [...new Set(names.map((name) => name.toLowerCase()))];
  if (wanted.length === 0 || wanted.length > maximumNames) {
    throw new Refusal<CertificateRefusal>('MalformedName', {
      detail: `a certificate carries 1 to ${maximumNames} names, not ${wanted.length}`,
    });
  }
  for (const name of wanted) {
    if (isIP(name) === 0 && (name.length > 253 || !hostName.test(name))) {
      throw new Refusal<CertificateRefusal>('MalformedName', {
        detail: `${JSON.stringify(name.slice(0, 300))} is neither a host name nor an address`,
      });
    }
  }
  return wanted;
}

/** Valid now and for a while; a text that is no certificate is not. */
export function usable(certPem: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(certPem);
    return certificate.validFromDate.getTime() <= now && certificate.validToDate.getTime() > now + reserveMs;
  } catch {
    return false;
  }
}
