import { type OrganizationConfig, publicFolderPlaces } from '../../domain/organization/organization-config.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { CmdletObject, CmdletParameters, CmdletScope, ParameterType } from '../cmdlet.ts';
import { choiceGiven, listGiven } from '../given.ts';
import { requireRecipient } from '../recipient-identity.ts';
import { findPublicFolders } from './hierarchy.ts';

/** What Set-OrganizationConfig takes of public folders. */
export const publicFolderParameters = {
  PublicFoldersEnabled: 'text',
  RemotePublicFolderMailboxes: 'list',
  PublicFoldersLockedForMigration: 'boolean',
  PublicFolderMailboxesLockedForNewConnections: 'boolean',
  PublicFolderMigrationComplete: 'boolean',
  PublicFolderMailboxesMigrationComplete: 'boolean',
} as const satisfies Readonly<Record<string, ParameterType>>;

/** Those of them that are no plain values. Refuses with `bad-parameter` and `object-not-found`. */
export async function publicFoldersGiven(scope: CmdletScope, given: CmdletParameters): Promise<Partial<OrganizationConfig>> {
  const { directory, organization } = scope;
  const place = choiceGiven(given, 'PublicFoldersEnabled', publicFolderPlaces);
  const named = listGiven(given, 'RemotePublicFolderMailboxes');
  const mailboxes: Guid[] = [];
  for (const one of named ?? []) mailboxes.push((await requireRecipient(directory(organization.name), organization, one)).guid);
  return {
    ...(place === undefined ? {} : { PublicFoldersEnabled: place }),
    ...(named === undefined ? {} : { RemotePublicFolderMailboxes: [...new Set(mailboxes)] }),
  };
}

/** What Get-OrganizationConfig shows of them beyond plain values. */
export async function publicFoldersShown(
  scope: CmdletScope,
  { RemotePublicFolderMailboxes: remote }: Pick<OrganizationConfig, 'RemotePublicFolderMailboxes'>,
): Promise<CmdletObject> {
  const hierarchy = await findPublicFolders(scope);
  const directory = scope.directory(scope.organization.name);
  const names: string[] = [];
  for (const guid of remote) names.push((await directory.byGuid(guid as Guid))?.displayName ?? guid);
  return {
    RemotePublicFolderMailboxes: names,
    RootPublicFolderMailbox:
      hierarchy === undefined
        ? null
        : {
            HierarchyMailboxGuid: hierarchy.owner.exchangeGuid,
            LockedForMigration: hierarchy.owner.settings.heldForMigration ?? false,
          },
  };
}
