import type { Directory } from '../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../domain/directory/recipient.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Guid, parseGuid } from '../kernel/ids.ts';
import type { CmdletScope } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';

/**
 * The recipient that a parameter names: by object GUID, address, user principal name, alias, account name (with its
 * domain or without), legacyExchangeDN or whole display name. Refuses with `object-not-found`.
 */
export async function requireRecipient(directory: Directory, organization: Organization, identity: string): Promise<Recipient> {
  const account = identity.slice(identity.indexOf('\\') + 1);
  const guid = parseGuid(identity);
  const found =
    (guid === undefined ? undefined : await directory.byGuid(guid)) ??
    (await directory.byAddress(identity)) ??
    (await directory.byUserPrincipalName(identity)) ??
    (await directory.byAlias(identity)) ??
    (await directory.byAccountName(account)) ??
    (await directory.byLegacyDn(identity)) ??
    (await byDisplayName(directory, identity));
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

/** The mailbox here that a parameter names, with its owner. Refuses with `object-not-found`. */
export async function requireMailbox(
  { directory, organization }: Pick<CmdletScope, 'directory' | 'organization'>,
  identity: string,
): Promise<{ readonly owner: Recipient; readonly mailbox: Guid }> {
  const owner = await requireRecipient(directory(organization.name), organization, identity);
  const mailbox = localMailbox(owner);
  if (mailbox === null) throw objectNotFound(organization, identity);
  return { owner, mailbox };
}

async function byDisplayName(directory: Directory, name: string): Promise<Recipient | undefined> {
  const { recipients } = await directory.resolveNames(name);
  const [found, ...others] = recipients.filter(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  return others.length === 0 ? found : undefined;
}
