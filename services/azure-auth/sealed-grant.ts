import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SigningKey } from '../../shared/domain/trust/signing-keys.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';

/** All that a refresh token stands for. It carries it itself, so that nothing has to be kept and any process can take it. */
export interface RefreshGrant {
  /** Name of the organisation that is the user's tenant. */
  readonly tenant: string;
  readonly clientId: Guid;
  readonly user: Guid;
  /** As it was granted at the v2 endpoint. */
  readonly scope?: string;
  /** As it was granted at the v1 endpoint. */
  readonly resource?: string;
  readonly amr: readonly string[];
  readonly issued: Instant;
  /** Tells the password that was the user's from the next one; a change of it ends the grant. */
  readonly password: string;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const mostCharacters = 8_192;

/** A refresh token: the grant under a key that is derived from the signing key, whose thumbprint stands in front. */
export function sealRefreshGrant(grant: RefreshGrant, signer: SigningKey): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, keyOf(signer), iv).setAAD(Buffer.from(signer.x5t));
  const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(grant)), cipher.final(), cipher.getAuthTag()]);
  return `1.${signer.x5t}.${sealed.toString('base64url')}`;
}

/** Opens a refresh token; undefined when none of the keys has sealed it as it is. */
export function openRefreshGrant(token: string, keys: readonly SigningKey[]): RefreshGrant | undefined {
  if (token.length > mostCharacters) return undefined;
  const [, x5t, text = ''] = /^1\.([\w-]{1,64})\.([\w-]+)$/.exec(token) ?? [];
  const key = keys.find((one) => one.x5t === x5t);
  const sealed = Buffer.from(text, 'base64url');
  if (key === undefined || sealed.length <= ivBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, keyOf(key), sealed.subarray(0, ivBytes))
    .setAAD(Buffer.from(key.x5t))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    const opened = Buffer.concat([decipher.update(sealed.subarray(ivBytes, -tagBytes)), decipher.final()]);
    return JSON.parse(opened.toString()) as RefreshGrant;
  } catch {
    return undefined;
  }
}

const derived = new WeakMap<SigningKey, Buffer>();

function keyOf(key: SigningKey): Buffer {
  const known = derived.get(key) ?? Buffer.from(hkdfSync('sha256', key.privateKey, key.x5t, 'refresh tokens', 32));
  derived.set(key, known);
  return known;
}
