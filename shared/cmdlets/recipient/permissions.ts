import type { AccessEntry, Recipient } from '../../domain/directory/recipient.ts';
import { isGroup } from '../../domain/directory/recipient.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { listGiven } from '../given.ts';
import { requireRecipient } from '../recipient-identity.ts';
import { changeRecipient } from './write.ts';

type Right = AccessEntry['right'];

/** Refuses what names another right than the one: `Send As`, `Send-As` and `SendAs` are the same. */
export function requireRight(given: CmdletParameters, parameter: string, right: Right): void {
  const [written = '', ...others] = listGiven(given, parameter) ?? [];
  if (others.length === 0 && written.replaceAll(/[ -]/g, '').toLowerCase() === right.toLowerCase()) return;
  throw cmdletRefusal('bad-parameter', `-${parameter} takes ${right} here: no other right means anything.`);
}

/** The account that a right is given to. Groups are refused: here a right is a person's own. */
export async function trusteeGiven(
  { directory, organization }: CmdletScope,
  given: CmdletParameters,
  parameter: string,
): Promise<Recipient> {
  const trustee = await requireRecipient(directory(organization.name), organization, String(given[parameter]));
  if (!isGroup(trustee) && trustee.type !== 'MailContact' && trustee.type !== 'PublicFolder') return trustee;
  throw cmdletRefusal('operation-failed', `-${parameter} takes somebody with an account here; ${trustee.alias} is a ${trustee.type}.`);
}

export async function addAccess(scope: CmdletScope, owner: Recipient, trustee: Recipient, right: Right): Promise<void> {
  const entry: AccessEntry = { trustee: trustee.guid, right, inherited: false };
  await changeRecipient(scope, owner, (current) =>
    hasEntry(current, entry) ? current : { ...current, access: [...current.access, entry] },
  );
}

export async function removeAccess(scope: CmdletScope, owner: Recipient, trustee: Recipient, right: Right): Promise<void> {
  const entry: AccessEntry = { trustee: trustee.guid, right, inherited: false };
  if (!hasEntry(owner, entry))
    scope.warn(`An access control entry of ${trustee.alias} on ${owner.alias} is not there: there is nothing to remove.`);
  else await changeRecipient(scope, owner, (current) => ({ ...current, access: current.access.filter((one) => !isEntry(one, entry)) }));
}

/** Entries of a right with their trustees; those of people who are gone are left out. */
export async function entriesOf(
  { directory, organization }: CmdletScope,
  { access }: Recipient,
  right: Right,
): Promise<readonly { readonly entry: AccessEntry; readonly trustee: Recipient }[]> {
  const entries: { readonly entry: AccessEntry; readonly trustee: Recipient }[] = [];
  for (const entry of access) {
    const trustee = entry.right === right ? await directory(organization.name).byGuid(entry.trustee) : undefined;
    if (trustee !== undefined) entries.push({ entry, trustee });
  }
  return entries;
}

function hasEntry({ access }: Recipient, entry: AccessEntry): boolean {
  return access.some((one) => isEntry(one, entry));
}

function isEntry(left: AccessEntry, right: AccessEntry): boolean {
  return left.trustee === right.trustee && left.right === right.right;
}

/** How a trustee is called: `CONTOSO\mary` on-premises, `mary@contoso.test` in the cloud. */
export function trusteeName({ organization }: CmdletScope, { samAccountName, userPrincipalName, alias }: Recipient): string {
  return organization.kind === 'on-premises' && samAccountName !== null
    ? `${organization.netbiosName}\\${samAccountName}`
    : (userPrincipalName ?? alias);
}
