import { createHash } from 'node:crypto';
import type { Recipient } from '../directory/recipient.ts';
import type { Organization } from '../organization/organization.ts';

/** H(A1) of RFC 2617 by user name as it is typed, 32 hexadecimal digits. */
export type DigestKeys = Readonly<Record<string, string>>;

/** The realm of digests: the name of the domain. */
export function digestRealm({ domains, name }: Pick<Organization, 'domains' | 'name'>): string {
  return domains[0] ?? name;
}

/**
 * What a directory keeps so that Digest can be judged, since the password itself is not kept and the NT hash proves nothing of it:
 * made when the password is set, for the names that the account has then, as written and in small letters (MS-SAMR 3.1.1.8.11.3,
 * which has more spellings). Exchange Online has no Digest, and nothing is kept there.
 */
export function digestKeys(
  organization: Pick<Organization, 'kind' | 'domains' | 'name' | 'netbiosName'>,
  { samAccountName, userPrincipalName }: Pick<Recipient, 'samAccountName' | 'userPrincipalName'>,
  password: string,
): DigestKeys | undefined {
  if (organization.kind !== 'on-premises') return undefined;
  const realm = digestRealm(organization);
  const account = samAccountName === null ? [] : [samAccountName, `${organization.netbiosName}\\${samAccountName}`];
  const names = [...account, ...(userPrincipalName === null ? [] : [userPrincipalName])];
  const spelled = new Set(names.flatMap((name) => [name, name.toLowerCase()]));
  return Object.fromEntries([...spelled].map((name) => [name, md5(`${name}:${realm}:${password}`)]));
}

/** MD5 of a text in UTF-8, in hexadecimal. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
