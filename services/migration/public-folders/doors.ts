import type { DestinationMailbox } from '../../../shared/bridges/migration/ports.ts';
import { type MailFolder, type MappedPublicFolders, mapPublicFolders } from '../../../shared/bridges/migration/public-folder-records.ts';
import { openPublicFolders, withoutObject } from '../../../shared/bridges/migration/public-folder-target.ts';
import { askPublicFolders } from '../../../shared/bridges/migration/remote-public-folders.ts';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import type { MoveOf } from '../../../shared/bridges/migration/store-end.ts';
import { publicFolderQuotaOf } from '../../../shared/domain/mailbox/public-folder-quota.ts';
import { migrationBatches, type PublicFolderMap } from '../../../shared/domain/migration/batches.ts';
import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { proxyEndpoint } from '../endpoint.ts';
import { credentialOf, type EndParts, groundOf, matchHere, onSide, personOf } from '../ends.ts';
import type { Pair } from '../job/job.ts';
import { mailboxText } from '../job/texts.ts';

/** Public folders with both their ends open. */
export interface PublicFolderEnds {
  readonly pair: Pair;
  readonly source: MappedPublicFolders;
  /** Whether nobody has a way into them at the source any more. */
  isLocked(): Promise<boolean>;
  /** How much counts to a public folder mailbox of the target at most, and what it is called; undefined: the one with the hierarchy. */
  quotaOf(mailbox: Guid | undefined): Promise<{ readonly name: string; readonly quota: number | null }>;
  /** Mail-enabled folders for which the target's directory has no object. */
  withoutObject(folders: readonly MailFolder[]): Promise<readonly MailFolder[]>;
  /** Opens the target to everybody. */
  openTarget(folders: readonly MailFolder[]): Promise<void>;
}

/** How requests for public folders reach what they carry. */
export interface PublicFolderDoors {
  open(organization: Organization, request: MoveRequest, signal: AbortSignal): Promise<PublicFolderEnds>;
  /** The target alone. */
  target(organization: Organization, request: MoveRequest): Promise<DestinationMailbox>;
}

/** The source lies behind another organisation's proxy, the target in the store. */
export function publicFolderDoors(parts: EndParts): PublicFolderDoors {
  return {
    async open(organization, request, signal) {
      const owner = await personOf(parts, request);
      const batch = await batchOf(parts, request);
      const endpoint = proxyEndpoint(parts, organization, request, await credentialOf(parts, request), signal);
      const own: MoveOf = { mailboxGuid: owner.exchangeGuid, kind: 'primary', holder: request.guid };
      const ground = groundOf(parts, organization);
      const destination = await openStoreDestination(ground, own);
      const remote = { ...endpoint, mailboxGuid: batch.source, kind: 'primary', move: request.guid } as const;
      const source = mapPublicFolders(await onSide('Source', openRemoteSource(remote)), batch.map);
      return {
        pair: {
          ...{ kind: 'primary', mailbox: owner.exchangeGuid, name: mailboxText(owner.exchangeGuid, 'primary'), source, destination },
          match: (principals) => matchHere(ground.directory, principals),
        },
        source,
        isLocked: async () => (await onSide('Source', askPublicFolders(endpoint))).isLocked,
        async quotaOf(mailbox) {
          const found = mailbox === undefined ? owner : await ground.directory.byExchangeGuid(mailbox);
          if (found === undefined) throw gone(`The public folder mailbox '${mailbox ?? ''}' of the batch is gone.`);
          return { name: found.displayName, quota: publicFolderQuotaOf(organization, found.settings) };
        },
        withoutObject: (folders) => withoutObject(ground, folders),
        openTarget: (folders) => openPublicFolders(ground, own, folders),
      };
    },
    async target(organization, request) {
      const { exchangeGuid } = await personOf(parts, request);
      return openStoreDestination(groundOf(parts, organization), { mailboxGuid: exchangeGuid, kind: 'primary', holder: request.guid });
    },
  };
}

async function batchOf({ store }: EndParts, { organization, terms }: MoveRequest): Promise<PublicFolderMap> {
  const name = terms.batch.replace(/^MigrationService:/, '');
  const found = await migrationBatches.find(store.read, organization, name);
  if (found?.value.type === 'PublicFolder') return found.value;
  throw gone(`The migration batch '${name}' of this request is gone.`);
}

function gone(message: string): Refusal<string> {
  return new Refusal('MigrationPermanentException', { detail: message, values: { Message: message } });
}
