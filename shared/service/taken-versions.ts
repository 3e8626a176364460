import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { SchannelVersion } from '../domain/organization/schannel-protocols.ts';

/** What a TLS server is given so that it takes some versions and no others. */
export type TakenVersions = Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'secureOptions' | 'ciphers'>;

const off: Readonly<Record<SchannelVersion, number>> = {
  'TLS 1.0': constants.SSL_OP_NO_TLSv1,
  'TLS 1.1': constants.SSL_OP_NO_TLSv1_1,
  'TLS 1.2': constants.SSL_OP_NO_TLSv1_2,
  'TLS 1.3': constants.SSL_OP_NO_TLSv1_3,
};
const old: ReadonlySet<SchannelVersion> = new Set(['TLS 1.0', 'TLS 1.1']);

/** A server's settings for exactly these versions: one in the middle may be missing, and without any no handshake succeeds. */
export function takenVersionsOf(versions: readonly SchannelVersion[]): TakenVersions {
  const missing = (Object.keys(off) as readonly SchannelVersion[]).filter((version) => !versions.includes(version));
  return {
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.3' },
    secureOptions: missing.reduce((all, version) => all | off[version], 0),
    // OpenSSL takes what is older than TLS 1.2 at its lowest level alone.
    ...(versions.some((version) => old.has(version)) ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
  };
}
