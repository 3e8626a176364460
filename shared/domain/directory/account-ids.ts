import { createHash } from 'node:crypto';

/**
 * Security identifier of an account: the domain's three numbers are made from the organisation's name (MS-DTYP 2.4.2.3),
 * `rid` is the account's own number in it.
 */
export function accountSid(organization: string, rid: number): string {
  const digest = createHash('sha256').update(`domain\u0000${organization}`).digest();
  return `S-1-5-21-${[0, 4, 8].map((at) => digest.readUInt32BE(at)).join('-')}-${rid}`;
}

/** What the sign-in services call whoever signs in with a name: the same in every organisation that knows it. */
export function netIdOf(userPrincipalName: string): string {
  const digest = createHash('sha256').update(`net-id\u0000${userPrincipalName.toLowerCase()}`).digest('hex');
  // Work accounts have numbers that begin with 1003.
  return `1003${digest.slice(0, 12)}`.toUpperCase();
}
