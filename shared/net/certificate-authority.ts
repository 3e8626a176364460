import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Refusal } from '../kernel/refusal.ts';
import { claimFile, readIfThere, replaceFile } from './certificate-files.ts';
import { authorityLifeMs, type CertificateRefusal, dayMs, usable } from './certificate-rules.ts';
import { permits, permittedSuffixes } from './name-constraints.ts';

/** Opens or makes `ca.pem` and `ca-key.pem` in `folder`; see `createCertificateStore`. */
export async function openAuthority(options: {
  readonly folder: string;
  readonly now: number;
  readonly permittedNames: readonly string[];
}): Promise<{ readonly certPem: string; readonly keyPem: string; readonly certFile: string }> {
  const certFile = resolve(options.folder, 'ca.pem');
  const keyPem = await openKey(resolve(options.folder, 'ca-key.pem'), certFile);
  const issue = async (permittedNames: readonly string[], commonName: string): Promise<string> => {
    const { issueAuthority } = await import('./certificate-issuer.ts');
    const validity = { notBefore: options.now - dayMs, notAfter: options.now + authorityLifeMs };
    return await issueAuthority({ commonName, keyPem, validity, permittedNames });
  };

  const wanted = [...new Set(['test', ...options.permittedNames.map((name) => name.toLowerCase())])].sort();
  let certPem = await readIfThere(certFile);
  certPem ??= await claimFile(certFile, await issue(wanted, `coexist ${randomBytes(4).toString('hex')}`), 0o644);
  checkPair(certPem, keyPem, certFile);

  const { subject } = new X509Certificate(certPem);
  const suffixes = permittedSuffixes(certPem);
  if (suffixes !== undefined && /^O=coexist$/m.test(subject)) {
    if (!(usable(certPem, options.now) && wanted.every((name) => permits(suffixes, name)))) {
      // Same subject, same key: what the old certificate vouched for stays good, also with clients that trust the old file.
      certPem = await issue([...new Set([...suffixes, ...wanted])].sort(), /^CN=(.+)$/m.exec(subject)?.[1] ?? 'coexist');
      await replaceFile(certFile, certPem, 0o644);
    }
  } else if (!usable(certPem, options.now)) {
    throw unusable(`${certFile} is not valid now, or not for long`);
  }
  return { certPem, keyPem, certFile };
}

/** Refuses `NameNotPermitted` when the authority's own constraints forbid one of the names. */
export function checkPermitted(certPem: string, names: readonly string[]): void {
  const suffixes = permittedSuffixes(certPem);
  const foreign = suffixes === undefined ? [] : names.filter((name) => !permits(suffixes, name));
  if (foreign.length === 0) return;
  const detail = `the installation's authority may not vouch for ${foreign.join(', ')}`;
  throw new Refusal<CertificateRefusal>('NameNotPermitted', { detail });
}

async function openKey(keyFile: string, certFile: string): Promise<string> {
  const found = await readIfThere(keyFile);
  if (found !== undefined) {
    await chmod(keyFile, 0o600);
    return found;
  }
  if ((await readIfThere(certFile)) !== undefined) throw unusable(`${certFile} stands there without its key ${keyFile}`);
  const { issueKey } = await import('./certificate-issuer.ts');
  return await claimFile(keyFile, await issueKey());
}

function checkPair(certPem: string, keyPem: string, certFile: string): void {
  let fits: boolean;
  try {
    const key = createPrivateKey(keyPem);
    const certificate = new X509Certificate(certPem);
    fits = certificate.ca && certificate.checkPrivateKey(key) && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch (error) {
    throw unusable(`${certFile} or its key cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!fits) throw unusable(`${certFile} must be an authority's certificate with an ECDSA P-256 key, and ca-key.pem that key`);
}

function unusable(detail: string): Refusal<CertificateRefusal> {
  return new Refusal<CertificateRefusal>('UnusableAuthority', { detail });
}
