import { constants, createHmac, createPrivateKey, sign } from 'node:crypto';
import type { TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';

/** Who signs a part: a key of the lab, nobody, or a forger who uses the issuer's certificate as a shared secret. */
export type Signer = 'issuer' | 'previous' | 'partner' | 'stranger' | 'nobody' | 'certificate as secret';

export interface Part {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signer: Signer;
}

/** A token before it is put together, for a case to spoil: `signed` is the actor token of one that asserts a user. */
export interface TokenDraft {
  readonly kind: TokenKind;
  readonly signed: Part;
  /** Absent unless the token asserts a user. */
  readonly outer: Part | undefined;
  /** What is done to the text of the signed part once it is signed. */
  touch: (token: string) => string;
  /** What is done to the whole, just before it is sent. */
  finish: (token: string) => string;
}

/** A key of the lab. */
export interface LabKey {
  readonly x5t: string;
  /** DER, base64. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

export type LabKeys = Readonly<Record<'issuer' | 'previous' | 'partner' | 'stranger', LabKey>>;

/** Puts a draft together, by hand: nothing of the product signs here. */
export function assemble(draft: TokenDraft, keys: LabKeys): string {
  const signed = draft.touch(compact(draft.signed, keys));
  if (draft.outer === undefined) return draft.finish(signed);
  const { claims } = draft.outer;
  const actortoken = 'actortoken' in claims ? claims['actortoken'] : signed;
  return draft.finish(compact({ ...draft.outer, claims: { ...claims, actortoken } }, keys));
}

/** `header.claims.signature` of a part. */
function compact({ header, claims, signer }: Part, keys: LabKeys): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signatureOf(input, header['alg'], signer, keys).toString('base64url')}`;
}

function signatureOf(input: string, algorithm: unknown, signer: Signer, keys: LabKeys): Buffer {
  if (signer === 'nobody') return Buffer.alloc(0);
  if (signer === 'certificate as secret') {
    return createHmac('sha256', Buffer.from(keys.issuer.certificate, 'base64')).update(input).digest();
  }
  const key = createPrivateKey(keys[signer].privateKey);
  const padding = algorithm === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  return sign(algorithm === 'RS512' ? 'sha512' : 'sha256', Buffer.from(input), { key, ...padding });
}

/** Changes the octets of one of the three parts of a token: 0 is the header, 1 the claims, 2 the signature. */
export function withOctets(token: string, part: 0 | 1 | 2, change: (octets: Buffer) => Buffer): string {
  const parts = token.split('.');
  parts[part] = change(Buffer.from(parts[part] ?? '', 'base64url')).toString('base64url');
  return parts.join('.');
}
