import { constants, createHmac, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

/** What can be minted: the kinds that open a mailbox, and what an application shows a token endpoint to get one. */
export const mintKinds = ['s2s-act-as', 's2s-app', 'user', 'app', 'assertion', 'client-assertion'] as const;
export type MintKind = (typeof mintKinds)[number];

/** A key with the certificate that it is known by. */
export interface SigningPair {
  /** SHA-1 of the certificate, base64url without padding. */
  readonly x5t: string;
  /** DER, base64. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/** The keys that drafts are signed with: whoever should, and somebody whom nobody knows. */
export type DraftKeys = Readonly<Record<'issuer' | 'stranger', SigningPair>>;

/** Who signs a part: one of the keys, nobody, a forger who uses the issuer's certificate as a shared secret, or a new key of P-256. */
export type Signer = keyof DraftKeys | SigningPair | 'nobody' | 'certificate as secret' | 'elliptic';

/** Header and claims before they are signed. */
export interface Part {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  signer: Signer;
}

/** A token before it is put together, for a defect to spoil: `signed` is the actor token of one that asserts a user. */
export interface TokenDraft {
  readonly kind: MintKind;
  readonly signed: Part;
  /** Absent unless the token asserts a user. */
  readonly outer: Part | undefined;
  /** What is done to the text of the signed part once it is signed. */
  touch: (token: string) => string;
  /** What is done to the whole, just before it is sent. */
  finish: (token: string) => string;
}

/** Puts a draft together. Nothing is checked: what is signed, and how, may be nonsense. */
export function assemble(draft: TokenDraft, keys: DraftKeys): string {
  const signed = draft.touch(compact(draft.signed, keys));
  if (draft.outer === undefined) return draft.finish(signed);
  const { claims } = draft.outer;
  const actortoken = 'actortoken' in claims ? claims['actortoken'] : signed;
  return draft.finish(compact({ ...draft.outer, claims: { ...claims, actortoken } }, keys));
}

function compact({ header, claims, signer }: Part, keys: DraftKeys): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signatureOf(input, header['alg'], signer, keys).toString('base64url')}`;
}

function signatureOf(input: string, algorithm: unknown, signer: Signer, keys: DraftKeys): Buffer {
  if (signer === 'nobody') return Buffer.alloc(0);
  if (signer === 'certificate as secret') {
    return createHmac('sha256', Buffer.from(keys.issuer.certificate, 'base64')).update(input).digest();
  }
  if (signer === 'elliptic') {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }
  const key = createPrivateKey((typeof signer === 'string' ? keys[signer] : signer).privateKey);
  const padding = algorithm === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  return sign(algorithm === 'RS512' ? 'sha512' : 'sha256', Buffer.from(input), { key, ...padding });
}

/** Changes the octets of one of the three parts of a token: 0 is the header, 1 the claims, 2 the signature. */
export function withOctets(token: string, part: 0 | 1 | 2, change: (octets: Buffer) => Buffer): string {
  const parts = token.split('.');
  parts[part] = change(Buffer.from(parts[part] ?? '', 'base64url')).toString('base64url');
  return parts.join('.');
}
