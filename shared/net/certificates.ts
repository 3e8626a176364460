import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { checkPermitted, openAuthority } from './certificate-authority.ts';
import { ensureFolder, pemBlocks, readIfThere, replaceFile } from './certificate-files.ts';
import { checkNames, dayMs, type Instants, leafLifeMs, usable } from './certificate-rules.ts';

/** Something that signs certificates. */
export interface CertificateAuthority {
  readonly certPem: string;
  readonly keyPem: string;
  /** What a server must send above its own certificate: the authorities up to, and without, the self-signed one. */
  readonly chain: readonly string[];
}

/** A server's certificate with its key; all PEM. */
export interface ServerCertificate {
  readonly certPem: string;
  readonly keyPem: string;
  readonly chain: readonly string[];
}

/** Departures from the usual certificate. Instants are machine time in milliseconds since 1970. */
export interface CertificateVariant {
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Default: the installation's authority. */
  readonly issuer?: CertificateAuthority;
}

/** What a TLS listener shows for a set of names. */
export interface ServerIdentity {
  readonly context: SecureContext;
  /** SHA-256 of the certificate: the `tls-server-end-point` channel binding (RFC 5929 section 4.1). */
  readonly certificateHash: Buffer;
}

/** A further authority. Dates as in {@link CertificateVariant}. */
export interface AuthorityRequest {
  readonly commonName: string;
  readonly issuedBy: 'installation' | 'itself';
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** The installation's certificates: made when first asked for, then kept as files and in memory. */
export interface CertificateStore {
  /** The installation's authority: what clients are told to trust. */
  readonly caPem: string;
  /** Absolute path of the file that holds it. */
  readonly caFile: string;
  /** A certificate that carries all of `names` (host names, `*.` wildcards, IP addresses). */
  leafFor(names: readonly string[], variant?: CertificateVariant): Promise<ServerCertificate>;
  /** The same, ready for a listener. */
  secureContextFor(names: readonly string[], variant?: CertificateVariant): Promise<ServerIdentity>;
  /**
   * A further authority: below the installation's (`issuedBy: 'installation'`) or one that nobody trusts
   * (`issuedBy: 'itself'`). The same request always gives the same authority.
   */
  authorityFor(request: AuthorityRequest): Promise<CertificateAuthority>;
}

/**
 * Opens the store in `folder` (created with mode 0700; keys have mode 0600). The authority in it may vouch for `.test`,
 * localhost, the loopback addresses and `permittedNames` only; it is reissued with the same key when that list grows.
 * A file pair `ca.pem`/`ca-key.pem` (ECDSA P-256) that somebody else put there is used as it is.
 *
 * Refuses ({@link Refusal}) with `UnusableAuthority`, `NameNotPermitted` or `MalformedName`.
 *
 * @param realNow the machine's time, in milliseconds since 1970: peers check validity with clocks of their own
 */
export async function createCertificateStore(options: {
  readonly folder: string;
  readonly realNow: () => number;
  readonly permittedNames?: readonly string[];
}): Promise<CertificateStore> {
  const { folder, realNow } = options;
  await ensureFolder(folder);
  const authority = await openAuthority({ folder, now: realNow(), permittedNames: options.permittedNames ?? [] });
  const installation: CertificateAuthority = { certPem: authority.certPem, keyPem: authority.keyPem, chain: [] };
  const issued = join(folder, 'issued');
  await ensureFolder(issued);
  const leaves = new Map<string, Promise<ServerCertificate>>();
  const identities = new Map<string, Promise<ServerIdentity>>();
  const authorities = new Map<string, Promise<CertificateAuthority>>();

  const leafFor: CertificateStore['leafFor'] = async (names, variant = {}) => {
    const wanted = checkNames(names);
    const issuer = variant.issuer ?? installation;
    if (issuer === installation) checkPermitted(installation.certPem, wanted);
    const file = fileName('leaf', wanted, variant, issuer);
    return await once(leaves, file, () => openLeaf({ path: join(issued, file), names: wanted, variant, issuer, now: realNow() }));
  };
  return {
    caPem: authority.certPem,
    caFile: authority.certFile,
    leafFor,
    async secureContextFor(names, variant = {}) {
      const name = fileName('leaf', checkNames(names), variant, variant.issuer ?? installation);
      return await once(identities, name, async () => identityOf(await leafFor(names, variant)));
    },
    async authorityFor({ commonName, issuedBy, ...dates }) {
      const issuer = issuedBy === 'installation' ? installation : undefined;
      const file = fileName('authority', [commonName, issuedBy], dates, installation);
      return await once(authorities, file, () => openFurther({ path: join(issued, file), commonName, dates, issuer, now: realNow() }));
    },
  };
}

interface Place {
  readonly path: string;
  readonly now: number;
}

async function openLeaf(
  request: Place & { readonly names: readonly string[]; readonly variant: CertificateVariant; readonly issuer: CertificateAuthority },
): Promise<ServerCertificate> {
  const { path, names, variant, issuer, now } = request;
  const [keyPem, certPem, ...chain] = pemBlocks(await readIfThere(path));
  if (keyPem !== undefined && certPem !== undefined && fresh(certPem, variant, now)) return { keyPem, certPem, chain };
  const { issueLeaf } = await import('./certificate-issuer.ts');
  const made = await issueLeaf({ names, validity: validity(variant, now), issuer });
  await replaceFile(path, [made.keyPem, made.certPem, ...issuer.chain].join(''));
  return { ...made, chain: issuer.chain };
}

async function openFurther(
  request: Place & { readonly commonName: string; readonly dates: Instants; readonly issuer: CertificateAuthority | undefined },
): Promise<CertificateAuthority> {
  const { path, commonName, dates, issuer, now } = request;
  let [keyPem, certPem] = pemBlocks(await readIfThere(path));
  if (keyPem === undefined || certPem === undefined || !fresh(certPem, dates, now)) {
    const { issueAuthority, issueKey } = await import('./certificate-issuer.ts');
    keyPem = await issueKey();
    certPem = await issueAuthority({ commonName, keyPem, issuer, validity: validity(dates, now) });
    await replaceFile(path, keyPem + certPem);
  }
  return { keyPem, certPem, chain: issuer === undefined ? [] : [certPem] };
}

function identityOf({ certPem, keyPem, chain }: ServerCertificate): ServerIdentity {
  const certificateHash = createHash('sha256').update(new X509Certificate(certPem).raw).digest();
  return { context: createSecureContext({ cert: [certPem, ...chain].join(''), key: keyPem }), certificateHash };
}

/** Names come from world files: they never become part of a path, only of a digest. The issuer's key is part of it too. */
function fileName(kind: string, names: readonly string[], variant: Instants, issuer: { readonly certPem: string }): string {
  const key = new X509Certificate(issuer.certPem).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const subject = JSON.stringify([kind, names, variant.notBefore ?? null, variant.notAfter ?? null, key]);
  return `${kind}-${createHash('sha256').update(subject).digest('hex')}.pem`;
}

function validity(variant: Instants, now: number): { notBefore: number; notAfter: number } {
  return { notBefore: variant.notBefore ?? now - dayMs, notAfter: variant.notAfter ?? now + leafLifeMs };
}

/** A certificate with dates of its own is what was asked for, however old; any other must still serve for a while. */
function fresh(certPem: string, variant: Instants, now: number): boolean {
  return variant.notBefore !== undefined || variant.notAfter !== undefined || usable(certPem, now);
}

/** Concurrent and later callers share one piece of work; a failure is forgotten, so that it can be tried again. */
async function once<T>(kept: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const found = kept.get(key);
  if (found !== undefined) return await found;
  const started = work();
  kept.set(key, started);
  started.catch(() => kept.delete(key));
  return await started;
}
