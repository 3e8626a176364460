import { arePublicFoldersLocked } from '../directory/public-folders.ts';
import type { Recipient } from '../directory/recipient.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Organization } from '../organization/organization.ts';
import { organizationConfig } from '../organization/organization-config.ts';
import { homeServerOf } from '../organization/servers.ts';
import type { Settings } from '../organization/settings.ts';

/** An object of the directory that Exchange's servers may not read: permissions on it are denied to them, or not inherited. */
export interface HiddenObject {
  /** GUID of a recipient, name of a server. */
  readonly Name: string;
}

/** On-premises; by {@link HiddenObject.Name}. */
export const hiddenObjects = configKind<HiddenObject>('HiddenObject');

/**
 * What stands at a message in the queue Unreachable that is for somebody of the organisation. Observed: posts of administrators who had
 * the first two while Exchange 2003 and 2010 lived together. That mail for public folders which are locked waits is published (Microsoft:
 * Use batch migration to migrate Exchange Server public folders); the sentence is ours.
 */
const strandings = {
  recipient: 'The mailbox recipient does not have a mailbox database.',
  server: 'There is currently no route to the mailbox database.',
  publicFolders: 'Public folders are locked while they are migrated.',
} as const;

/** Why mail for a mailbox here has no way to it; undefined: it has one. */
export function strandingOf(
  organization: Pick<Organization, 'product' | 'servers'>,
  settings: Settings,
  { guid, exchangeGuid, type }: Pick<Recipient, 'guid' | 'exchangeGuid' | 'type'>,
): string | undefined {
  if (type === 'PublicFolder' && arePublicFoldersLocked(organizationConfig(settings))) return strandings.publicFolders;
  if (hiddenObjects.all(settings).length === 0) return undefined;
  if (hiddenObjects.get(settings, guid) !== undefined) return strandings.recipient;
  const server = exchangeGuid === null ? undefined : homeServerOf(organization, exchangeGuid);
  return server !== undefined && hiddenObjects.get(settings, server) !== undefined ? strandings.server : undefined;
}
