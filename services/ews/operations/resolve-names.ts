import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { folderElementOf, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { resolveNames as contract } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import { complaint } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenFolder, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { addressesMeant, contactsOf, textOf } from '../people/contact-matches.ts';
import { directoryContact } from '../people/directory-contact.ts';
import { perItem } from '../per-item.ts';
import { directoryEntry } from '../views/directory-entry.ts';
import { planItems } from '../views/item-plan.ts';
import { itemId } from '../views/item-specials.ts';
import { viewItems } from '../views/item-view.ts';

type Request = RequestOf<typeof contract>;
type Resolution = NonNullable<Extract<ResponseOf<typeof contract>[number], { class: 'Success' }>['ResolutionSet']>['Resolution'][number];
interface Found {
  readonly resolutions: readonly Resolution[];
  readonly isComplete: boolean;
}

/** "The ResolveNames response returns a maximum of 100 candidates" (page "ResolveNames operation"). */
const mostCandidates = 100;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export const resolveNames: Operation<typeof contract> = async (call, request) =>
  perItem(call, [request], async (asked) => {
    const { UnresolvedEntry, SearchScope = 'ActiveDirectoryContacts' } = asked;
    // The page "ResponseCode" names these.
    if (['', ',', '-'].includes(UnresolvedEntry.trim())) throw ewsRefusal('ErrorInvalidNameForNameResolution', { detail: UnresolvedEntry });
    if (call.caller.mailbox === null) throw ewsRefusal('ErrorNameResolutionNoMailbox');
    const folder = await contactsFolder(call, asked);
    const found: Found[] = [];
    if (SearchScope !== 'Contacts') found.push(await inDirectory(call, asked));
    if (SearchScope !== 'ActiveDirectory' && folder !== undefined) found.push(await inContacts(call, folder, asked));
    if (SearchScope === 'ContactsActiveDirectory') found.reverse();
    const all = found.flatMap(({ resolutions }) => resolutions);
    if (all.length === 0) throw ewsRefusal('ErrorNameResolutionNoResults', { detail: UnresolvedEntry.slice(0, 64) });
    const Resolution = all.slice(0, mostCandidates);
    const IncludesLastItemInRange = all.length <= mostCandidates && found.every(({ isComplete }) => isComplete);
    const ResolutionSet = { TotalItemsInView: Resolution.length, IncludesLastItemInRange, Resolution };
    if (Resolution.length === 1) return { class: 'Success', ResolutionSet } as const;
    return { class: 'Warning', ...complaint('ErrorNameResolutionMultipleResults'), ResolutionSet } as const;
  });

/** The folder whose contacts are searched: the one that is named, else the caller's own. */
async function contactsFolder(call: EwsCall, { ParentFolderIds = [], SearchScope }: Request): Promise<OpenFolder | undefined> {
  const [target] = ParentFolderIds;
  if (target === undefined) {
    if (SearchScope === 'ActiveDirectory') return undefined;
    return openFolder(call, { is: 'DistinguishedFolderId', value: { Id: 'contacts' } });
  }
  if (ParentFolderIds.length > 1)
    throw ewsRefusal('ErrorResolveNamesOnlyOneContactsFolderAllowed', { detail: `${ParentFolderIds.length} folders` });
  const opened = await openFolder(call, target, folderRights.readAny);
  const { folder } = opened;
  if (folderElementOf(folder.class) !== 'ContactsFolder') throw ewsRefusal('ErrorResolveNamesInvalidFolderType', { detail: folder.class });
  return opened;
}

async function inDirectory(call: EwsCall, { UnresolvedEntry, ReturnFullContactData, ContactDataShape }: Request): Promise<Found> {
  const { context, organization } = call;
  const { recipients, isComplete } = await context.directory(organization.name).resolveNames(UnresolvedEntry, mostCandidates);
  const resolutions: Resolution[] = [];
  for (const recipient of recipients) {
    const Mailbox = directoryEntry(recipient);
    resolutions.push(
      ReturnFullContactData ? { Mailbox, Contact: await directoryContact(context.store.read, recipient, ContactDataShape) } : { Mailbox },
    );
  }
  return { resolutions, isComplete };
}

/**
 * Contacts by each of their addresses, lists by their id alone. What ReturnFullContactData says "does not affect private
 * contacts" (page "ResolveNames"): they are shown where ContactDataShape says how.
 */
async function inContacts(call: EwsCall, folder: OpenFolder, { UnresolvedEntry, ContactDataShape }: Request): Promise<Found> {
  const { mailbox } = folder;
  const text = UnresolvedEntry.trim().replace(/^smtp:/i, '');
  const plan = ContactDataShape === undefined ? undefined : planItems({ BaseShape: ContactDataShape }, false);
  const properties = plan?.need.properties ?? [];
  const rows = await contactsOf(call, folder, text, { limit: mostCandidates + 1, properties });
  const shown = plan === undefined ? [] : await viewItems(call, mailbox, rows, plan);
  const resolutions = rows.flatMap((row, index): readonly Resolution[] => {
    const element = itemElementOf(row.class);
    const ItemId = itemId({ mailbox, row, element });
    if (element === 'DistributionList')
      return [{ Mailbox: { Name: textOf(row, tags.displayName), RoutingType: 'MAPIPDL', MailboxType: 'PrivateDL', ItemId } }];
    const Contact = shown[index];
    return addressesMeant(row, text).map(({ Key: _key, ...address }) => ({
      Mailbox: { ...address, MailboxType: 'Contact', ItemId },
      ...(Contact === undefined ? {} : { Contact }),
    }));
  });
  return { resolutions, isComplete: rows.length <= mostCandidates };
}
