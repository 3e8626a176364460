import type { RuleAddress } from '../../domain/mailbox/rules/rule.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import { listGiven } from '../given.ts';
import { recipientOrNobody } from '../mailbox-identity.ts';
import { requireRecipient } from '../recipient-identity.ts';

/** People whom a parameter names: recipients of the organisation in any way, anybody else by an SMTP address. */
export async function addressesGiven(
  { directory, organization }: Pick<CmdletScope, 'directory' | 'organization'>,
  given: CmdletParameters,
  name: string,
): Promise<readonly RuleAddress[] | undefined> {
  const written = listGiven(given, name);
  if (written === undefined) return undefined;
  const addresses: RuleAddress[] = [];
  for (const one of written) {
    const found = await recipientOrNobody(requireRecipient(directory(organization.name), organization, one));
    if (found === undefined && !one.includes('@')) {
      throw cmdletRefusal(
        'bad-parameter',
        `-${name} takes recipients of ${organization.name} or SMTP addresses, not ${JSON.stringify(one)}.`,
      );
    }
    addresses.push(found === undefined ? { name: '', address: one } : { name: found.displayName, address: found.primaryAddress });
  }
  return addresses;
}

/** Observed: `"Mary Major" [SMTP:mary@contoso.com]` in administrators' listings. */
export function addressesShown(addresses: readonly RuleAddress[] | undefined): ShownValue {
  return addresses?.map(({ name, address }) => `"${name === '' ? address : name}" [SMTP:${address}]`) ?? null;
}
