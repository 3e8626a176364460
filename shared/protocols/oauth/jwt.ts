import { constants, createHash, createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { keptByText } from '../../kernel/kept.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { readBase64Url, readJsonObject } from './json-object.ts';

/** A JSON Web Token in its compact form (RFC 7519, RFC 7515), read but not judged. */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** `header.payload` as received: what the signature is over. */
  readonly signingInput: string;
  /** Empty when the third part is. */
  readonly signature: Buffer;
  /** All of it, as received. */
  readonly token: string;
}

/** Why a text is not a token: a sentence for a verdict, never a part of the token. */
export interface JwtProblem {
  readonly problem: string;
}

/** The key in a certificate, for {@link verifySignature}. */
export interface VerificationKey {
  /** SHA-1 of the certificate, base64url: what tokens name it by. */
  readonly x5t: string;
}

/** A certificate and its private key, for {@link signJwt}. */
export interface SigningCredential {
  readonly x5t: string;
  /** SHA-256 of the certificate, base64url. */
  readonly x5tS256: string;
  /** DER, base64. */
  readonly certificate: string;
}

/** How certificates are named. */
export interface Thumbprints {
  /** SHA-1 of the certificate, base64url (RFC 7515 4.1.7). */
  readonly x5t: string;
  /** SHA-256, base64url (RFC 7515 4.1.8). */
  readonly x5tS256: string;
  /** SHA-1, 40 hexadecimal digits in capitals, as Windows and Exchange show it. */
  readonly thumbprint: string;
}

export type JwtRefusalCode = 'MalformedCertificate' | 'MalformedPrivateKey' | 'SigningKeyTooSmall';

const maxCharacters = 64 * 1024;
const minKeyBits = 2048;
/** Keys kept of each kind: a lab has a dozen, and a test that makes thousands must not keep them all. */
const maxKept = 256;
/** Of a token that is kept, in characters. */
const longestKept = 8_192;

/**
 * Reads a token strictly: three parts of canonical base64url, header and claims UTF-8 JSON objects in which no member
 * stands twice, `alg` a string, no `crit` (RFC 7515 4.1.11: none is understood here), at most 64 KiB. Nothing is judged,
 * the signature may be empty. A server sends its token for as long as that lives: the last ones are kept as read.
 */
export function readJwt(token: string): Jwt | JwtProblem {
  return token.length > longestKept ? takeApart(token) : keptJwt(token, () => takeApart(token));
}

function takeApart(token: string): Jwt | JwtProblem {
  if (token.length > maxCharacters) return { problem: `The token is longer than ${maxCharacters} characters.` };
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1))
    return { problem: 'The token does not have three parts with dots between them.' };
  const header = readPart(token.slice(0, first));
  if (typeof header === 'string') return { problem: `The token's header ${header}.` };
  if (typeof header['alg'] !== 'string') return { problem: "The token's header names no algorithm." };
  if (Object.hasOwn(header, 'crit')) return { problem: "The token's header has extensions that must be understood (crit)." };
  const claims = readPart(token.slice(first + 1, second));
  if (typeof claims === 'string') return { problem: `The token's payload ${claims}.` };
  const signature = readBase64Url(token.slice(second + 1));
  if (typeof signature === 'string') return { problem: `The token's signature ${signature}.` };
  return Object.freeze({ header, claims, signingInput: token.slice(0, second), signature, token });
}

function readPart(text: string): Readonly<Record<string, unknown>> | string {
  const octets = readBase64Url(text);
  if (typeof octets === 'string') return octets;
  const part = readJsonObject(octets);
  if (typeof part !== 'string') freeze(part);
  return part;
}

/** What is kept, with all that is known of it, stays what was read. */
function freeze(value: object): void {
  Object.freeze(value);
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
}

/**
 * The key in a certificate (DER, base64), to be asked for again and again: keys are kept by the certificate's text.
 * Throws a `Refusal<JwtRefusalCode>` 'MalformedCertificate'.
 */
export function verificationKey(certificateBase64Der: string): VerificationKey {
  return keptKey(certificateBase64Der, () => {
    const certificate = readCertificate(certificateBase64Der);
    return new CertificateKey(thumbprintsOf(certificate).x5t, certificate.publicKey);
  });
}

class CertificateKey implements VerificationKey {
  readonly x5t: string;
  /** Undefined for a key that no signature here may be made with. */
  readonly #key: KeyObject | undefined;
  readonly #signatureOctets: number;
  /** What it has signed, of what cannot change any more. */
  readonly #signed = new WeakSet<Jwt>();

  constructor(x5t: string, key: KeyObject) {
    this.x5t = x5t;
    this.#key = isLongRsa(key) ? key : undefined;
    this.#signatureOctets = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  }

  /** An answer that follows from its octets alone is remembered; whether a token is taken is judged each time. */
  isSignatureOf(jwt: Jwt): boolean {
    if (this.#signed.has(jwt)) return true;
    const isSigned = this.#hasSigned(jwt);
    if (isSigned && Object.isFrozen(jwt)) this.#signed.add(jwt);
    return isSigned;
  }

  #hasSigned(jwt: Jwt): boolean {
    if (this.#key === undefined) return false;
    // RFC 8017 8.1.2: exactly as long as the modulus. OpenSSL takes a PSS signature whose leading zeros are cut off, so that
    // one token would have two texts.
    if (jwt.signature.length !== this.#signatureOctets) return false;
    const input = Buffer.from(jwt.signingInput, 'latin1');
    // Not jose: it decodes and parses all parts again and goes through WebCrypto, 0.1 ms instead of 0.025 ms of one core.
    if (jwt.header['alg'] === 'RS256') return verify('sha256', input, this.#key, jwt.signature);
    if (jwt.header['alg'] !== 'PS256') return false;
    return verify('sha256', input, { key: this.#key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, jwt.signature);
  }
}

/**
 * Whether the token was signed with that key, by the algorithm that its header names: RS256 or PS256 (RFC 7518 3.3, 3.5)
 * with an RSA key of 2048 bits or more. Everything else is false. Nothing else in the header has a say (`jwk`, `jku`, `x5c`,
 * `x5u`, `kid`): the caller chooses the key. Never throws, whatever the token.
 */
export async function verifySignature(jwt: Jwt, key: VerificationKey): Promise<boolean> {
  if (!(key instanceof CertificateKey)) throw new Error('defect: a verification key is made by verificationKey');
  return key.isSignatureOf(jwt);
}

/**
 * A certificate (DER, base64) with its private key (PEM), kept like {@link verificationKey}. Throws a
 * `Refusal<JwtRefusalCode>` 'MalformedCertificate' or 'MalformedPrivateKey'; whether the two belong together is not asked.
 */
export function signingCredential(certificateBase64Der: string, privateKeyPem: string): SigningCredential {
  return keptCredential(`${certificateBase64Der}\n${privateKeyPem}`, () => {
    const prints = thumbprintsOf(readCertificate(certificateBase64Der));
    return new CertificateCredential(certificateBase64Der, prints, readPrivateKey(privateKeyPem));
  });
}

class CertificateCredential implements SigningCredential {
  readonly x5t: string;
  readonly x5tS256: string;
  readonly certificate: string;
  /** Undefined for a key that nothing may be signed with. */
  readonly #key: KeyObject | undefined;

  constructor(certificate: string, { x5t, x5tS256 }: Thumbprints, key: KeyObject) {
    this.x5t = x5t;
    this.x5tS256 = x5tS256;
    this.certificate = certificate;
    this.#key = isLongRsa(key) ? key : undefined;
  }

  async sign(payload: Buffer, header: Readonly<Record<string, unknown>>): Promise<string> {
    if (this.#key === undefined) throw new Refusal<JwtRefusalCode>('SigningKeyTooSmall');
    const named = { typ: 'JWT', alg: 'RS256', x5t: this.x5t, ...header };
    if (named.alg === 'RS256') return signRs256(named, payload, this.#key);
    const { CompactSign } = await import('jose/jws/compact/sign');
    return await new CompactSign(payload).setProtectedHeader(named).sign(this.#key);
  }
}

/** What all services sign with, in the thread pool; jose's way there costs a tenth of a token more (DECISIONS 17). */
function signRs256(header: object, payload: Buffer, key: KeyObject): Promise<string> {
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload.toString('base64url')}`;
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), key, (error, signature) => {
      // Without an error it is null or undefined.
      if (error == null) resolve(`${input}.${signature.toString('base64url')}`);
      else reject(error);
    });
  });
}

/**
 * Signs claims as they are: RS256, header `typ`, `alg` and `x5t`, and what `header` adds or replaces (`kid`; `alg: 'PS256'`
 * with `x5t#S256`). Times are claims like others, so the caller's. Throws a `Refusal<JwtRefusalCode>` 'SigningKeyTooSmall'
 * for a key that is not RSA of 2048 bits or more, as Exchange refuses to sign with one (interoperability; not published).
 */
export async function signJwt(
  claims: object,
  credential: SigningCredential,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  if (!(credential instanceof CertificateCredential)) throw new Error('defect: a signing credential is made by signingCredential');
  return await credential.sign(Buffer.from(JSON.stringify(claims)), header);
}

/** A token without signature, `header.payload.`: how a server asserts a user around its actor token (MS-XOAUTH). */
export function unsignedJwt(claims: object): string {
  return `${unsignedHeader}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
}

const unsignedHeader = Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url');

const keptJwt = keptByText<Jwt | JwtProblem>(maxKept);
const keptKey = keptByText<CertificateKey>(maxKept);
const keptCredential = keptByText<CertificateCredential>(maxKept);

function isLongRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= minKeyBits;
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // OpenSSL's words may hold a part of the text.
    throw new Refusal<JwtRefusalCode>('MalformedPrivateKey');
  }
}

/** What a certificate is named by (DER, base64). Throws a `Refusal<JwtRefusalCode>` 'MalformedCertificate'. */
export function thumbprints(certificateBase64Der: string): Thumbprints {
  return thumbprintsOf(readCertificate(certificateBase64Der));
}

function thumbprintsOf({ raw }: X509Certificate): Thumbprints {
  const sha1 = createHash('sha1').update(raw).digest();
  return {
    x5t: sha1.toString('base64url'),
    x5tS256: createHash('sha256').update(raw).digest('base64url'),
    thumbprint: sha1.toString('hex').toUpperCase(),
  };
}

function readCertificate(base64Der: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64Der, 'base64'));
  } catch (error) {
    throw new Refusal<JwtRefusalCode>('MalformedCertificate', { detail: error instanceof Error ? error.message : String(error) });
  }
}
