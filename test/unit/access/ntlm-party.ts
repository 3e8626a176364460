import { createHash } from 'node:crypto';
import type { ConnectionSignIn } from '../../../shared/bridges/access/connection-sign-in.ts';
import { DigestNonces } from '../../../shared/bridges/access/digest-nonces.ts';
import type { NtlmGround } from '../../../shared/bridges/access/ntlm.ts';
import { type SignIn, type SignInGround, signIn } from '../../../shared/bridges/access/sign-in.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { ntlmProof } from '../../../shared/protocols/ntlm/client.ts';
import { acme, type Lab } from './lab.ts';

export const now = Date.UTC(2026, 10, 21);
export const certificateHash: Buffer = createHash('sha256').update('certificate').digest();

/** A client's connection to a virtual directory, and what it is judged by. */
export interface Socket {
  readonly connection: ConnectionSignIn;
  /** Sends a request with these credentials, or with none. */
  send(header?: string, changes?: Partial<NtlmGround>): Promise<SignIn>;
}

let drawn = 0;
/** Octets that never come twice. */
export function fresh(length: number): Buffer {
  drawn += 1;
  return createHash('sha512').update(String(drawn)).digest().subarray(0, length);
}

export function openSocket(lab: Lab, organization: Organization = acme): Socket {
  const connection: ConnectionSignIn = { state: undefined };
  return {
    connection,
    async send(header, changes = {}) {
      const ground: SignInGround = {
        point: {
          organization,
          settings: await lab.registry.settings(organization.name),
          virtualDirectory: 'WebServicesVirtualDirectory',
          host: organization.hosts.web,
        },
        directory: lab.directory(organization.name),
        at: now,
        connection,
        certificateHash,
        isShared: false,
        newChallenge: () => fresh(8),
        digest: { nonces: new DigestNonces(), method: 'POST', target: '/EWS/Exchange.asmx' },
        organizations: await lab.registry.current(),
        authority: { host: organization.hosts.web, port: undefined, byName: true },
        publishedPort: undefined,
        ...changes,
      };
      return signIn(header, ground);
    },
  };
}

export interface NtlmUser {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** The two headers of a handshake: an offer, and the answer to what came back on it. */
export function handshakeOf(given: NtlmUser, seen = certificateHash) {
  const proof = ntlmProof({ is: 'ntlm', ...given }, 'https://mail.acme.test/EWS/Exchange.asmx');
  return {
    offer: proof.offer,
    answer(challenged: SignIn): string {
      const headers = challenged.refusal === undefined ? {} : challenged.headers;
      const facts = { at: now, certificateHash: seen, random: fresh };
      return present(proof.respond({ status: 401, headers, body: Buffer.alloc(0) }, facts), 'an answer to a challenge');
    },
  };
}
