import { timingSafeEqual } from 'node:crypto';
import md4 from 'js-md4';

/** Longest password that Windows takes for an account, in UTF-16 units. */
const maximumPasswordLength = 256;

/** The NT hash of a password: MD4 over its UTF-16LE octets, 32 hexadecimal digits in lower case (MS-NLMP 3.3.1, NTOWFv1). */
export function ntHash(password: string): string {
  return digest(password).toString('hex');
}

/**
 * Whether a password belongs to an NT hash. The work is the same for every answer; `storedHash` null (nobody has this
 * account, or it has no password) is compared with a hash that no password is known to have.
 */
export function verifyPassword(storedHash: string | null, password: string): boolean {
  const stored = storedHash === null ? unknownHash : Buffer.from(storedHash, 'hex');
  const usable = storedHash !== null && stored.length === unknownHash.length && password.length <= maximumPasswordLength;
  const matches = timingSafeEqual(
    digest(password.slice(0, maximumPasswordLength)),
    stored.length === unknownHash.length ? stored : unknownHash,
  );
  return matches && usable;
}

const unknownHash = Buffer.alloc(16, 0xff);

function digest(password: string): Buffer {
  return Buffer.from(md4.arrayBuffer(Buffer.from(password, 'utf16le')));
}
