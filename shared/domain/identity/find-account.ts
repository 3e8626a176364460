import type { Directory } from '../directory/directory.ts';
import type { Recipient } from '../directory/recipient.ts';
import type { Organization } from '../organization/organization.ts';
import { profileOf } from '../organization/profiles.ts';
import { parseAccountName } from './account-name.ts';

/**
 * The account that a user name as typed belongs to. Which spellings sign in is a matter of the product: on-premises
 * `CONTOSO\mary`, `mary@contoso.test` (user principal name) and `mary`; in the cloud the user principal name alone.
 * The organisation must be the directory's.
 */
export async function findAccount(directory: Directory, organization: Organization, userName: string): Promise<Recipient | undefined> {
  const name = parseAccountName(userName);
  if (name === undefined) return undefined;
  const { signInNames } = profileOf(organization.product);
  switch (name.kind) {
    case 'address':
      return signInNames.includes('user principal name') ? directory.byUserPrincipalName(name.address) : undefined;
    case 'domain-account': {
      const ours = name.domain.toUpperCase() === organization.netbiosName.toUpperCase();
      return ours && signInNames.includes('domain account') ? directory.byAccountName(name.account) : undefined;
    }
    case 'account':
      return signInNames.includes('account') ? directory.byAccountName(name.account) : undefined;
  }
}
