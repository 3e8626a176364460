import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../kernel/refusal.ts';
import { claimFile, readIfThere, replaceFile } from './certificate-files.ts';
import { authorityLifeMs, type CertificateRefusal, dayMs, usable } from './certificate-rules.ts';
import { permits, permittedSuffixes } from './name-constraints.ts';

/** A pair that does not fit is looked at for so long, a quarter of a second in all. */
const mostLooks = 6;
const betweenLooksMs = 50;

/** Opens or makes `ca.pem` and `ca-key.pem` in `folder`; see `createCertificateStore`. */
export async function openAuthority(options: {
  readonly folder: string;
  readonly now: number;
  readonly permittedNames: readonly string[];
}): Promise<{ readonly certPem: string; readonly keyPem: string; readonly certFile: string }> {
  const certFile = resolve(options.folder, 'ca.pem');
  const issue = async (keyPem: string, permittedNames: readonly string[], commonName: string): Promise<string> => {
    const { issueAuthority } = await import('./certificate-issuer.ts');
    const validity = { notBefore: options.now - dayMs, notAfter: options.now + authorityLifeMs };
    return await issueAuthority({ commonName, keyPem, validity, permittedNames });
  };

  const wanted = [...new Set(['test', ...options.permittedNames.map((name) => name.toLowerCase())])].sort();
  const openPair = async () => {
    const keyPem = await openKey(resolve(options.folder, 'ca-key.pem'), certFile);
    let certPem = await readIfThere(certFile);
    certPem ??= await claimFile(certFile, await issue(keyPem, wanted, `coexist ${randomBytes(4).toString('hex')}`), 0o644);
    return { keyPem, certPem, problem: problemOf(certPem, keyPem, certFile) };
  };
  let pair = await openPair();
  // Two files are not replaced at once: another process of this folder may be between them.
  for (let looks = 1; pair.problem !== undefined && looks < mostLooks; looks += 1) {
    await pause(betweenLooksMs);
    pair = await openPair();
  }
  if (pair.problem !== undefined) throw unusable(pair.problem);
  const { keyPem } = pair;
  let { certPem } = pair;

  const { subject } = new X509Certificate(certPem);
  const suffixes = permittedSuffixes(certPem);
  if (suffixes !== undefined && /^O=coexist$/m.test(subject)) {
    if (!(usable(certPem, options.now) && wanted.every((name) => permits(suffixes, name)))) {
      // Same subject, same key: what the old certificate vouched for stays good, also with clients that trust the old file.
      certPem = await issue(keyPem, [...new Set([...suffixes, ...wanted])].sort(), /^CN=(.+)$/m.exec(subject)?.[1] ?? 'coexist');
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

/** Why a certificate and a key are no authority; undefined: they are. */
function problemOf(certPem: string, keyPem: string, certFile: string): string | undefined {
  try {
    const key = createPrivateKey(keyPem);
    const certificate = new X509Certificate(certPem);
    if (certificate.ca && certificate.checkPrivateKey(key) && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined;
  } catch (error) {
    return `${certFile} or its key cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  return `${certFile} must be an authority's certificate with an ECDSA P-256 key, and ca-key.pem that key`;
}

function unusable(detail: string): Refusal<CertificateRefusal> {
  return new Refusal<CertificateRefusal>('UnusableAuthority', { detail });
}
