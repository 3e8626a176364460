import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { present } from '../kernel/assert.ts';
import { checkPermitted, openAuthority } from './certificate-authority.ts';
import { ensureFolder, pemBlocks } from './certificate-files.ts';
import { checkNames, dayMs, type Instants, leafLifeMs, usable } from './certificate-rules.ts';
import { type CertificateShelf, folderShelf, openSharedAuthority } from './certificate-shelf.ts';

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
  /** Has the same authority and certificates for all processes that share it; the folder keeps `ca.pem` for clients. */
  readonly shared?: CertificateShelf | undefined;
}): Promise<CertificateStore> {
  const { folder, realNow, shared } = options;
  await ensureFolder(folder);
  const open = () => openAuthority({ folder, now: realNow(), permittedNames: options.permittedNames ?? [] });
  const authority = await (shared === undefined ? open() : openSharedAuthority(folder, shared, open));
  const installation: CertificateAuthority = { certPem: authority.certPem, keyPem: authority.keyPem, chain: [] };
  const issued = join(folder, 'issued');
  await ensureFolder(issued);
  const shelf = shared ?? folderShelf(issued);
  const leaves = new Map<string, Promise<ServerCertificate>>();
  const identities = new Map<string, Promise<ServerIdentity>>();
  const authorities = new Map<string, Promise<CertificateAuthority>>();

  const leafFor: CertificateStore['leafFor'] = async (names, variant = {}) => {
    const wanted = checkNames(names);
    const issuer = variant.issuer ?? installation;
    if (issuer === installation) checkPermitted(installation.certPem, wanted);
    const file = fileName('leaf', wanted, variant, issuer);
    return await once(leaves, file, () => openLeaf({ shelf, file, names: wanted, variant, issuer, now: realNow() }));
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
      return await once(authorities, file, () => openFurther({ shelf, file, commonName, dates, issuer, now: realNow() }));
    },
  };
}

interface Place {
  readonly shelf: CertificateShelf;
  readonly file: string;
  readonly now: number;
}

async function openLeaf(
  request: Place & { readonly names: readonly string[]; readonly variant: CertificateVariant; readonly issuer: CertificateAuthority },
): Promise<ServerCertificate> {
  const { names, variant, issuer, now } = request;
  return leafOf(
    await keptOrMade(request, variant, async () => {
      const { issueLeaf } = await import('./certificate-issuer.ts');
      const made = await issueLeaf({ names, validity: validity(variant, now), issuer });
      return [made.keyPem, made.certPem, ...issuer.chain].join('');
    }),
  );
}

async function openFurther(
  request: Place & { readonly commonName: string; readonly dates: Instants; readonly issuer: CertificateAuthority | undefined },
): Promise<CertificateAuthority> {
  const { commonName, dates, issuer, now } = request;
  const text = await keptOrMade(request, dates, async () => {
    const { issueAuthority, issueKey } = await import('./certificate-issuer.ts');
    const made = await issueKey();
    return made + (await issueAuthority({ commonName, keyPem: made, issuer, validity: validity(dates, now) }));
  });
  const { keyPem, certPem } = leafOf(text);
  return { keyPem, certPem, chain: issuer === undefined ? [] : [certPem] };
}

/** The text of a certificate: its key, itself, and what is above it. */
async function keptOrMade({ shelf, file, now }: Place, dates: Instants, make: () => Promise<string>): Promise<string> {
  const kept = await shelf.read(file);
  const [keyPem, certPem] = pemBlocks(kept);
  if (kept !== undefined && keyPem !== undefined && certPem !== undefined && fresh(certPem, dates, now)) return kept;
  const made = await make();
  if (kept === undefined) return await shelf.claim(file, made);
  await shelf.put(file, made);
  return made;
}

function leafOf(text: string): ServerCertificate {
  const [keyPem, certPem, ...chain] = pemBlocks(text);
  return { keyPem: present(keyPem, 'the key of a certificate'), certPem: present(certPem, 'a certificate'), chain };
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
