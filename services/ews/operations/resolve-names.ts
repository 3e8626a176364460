import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { contactFields } from '../../../shared/protocols/ews/fields/contact.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { resolveNames as contract } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import { complaint } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type FolderTarget, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { directoryEntry } from '../views/directory-entry.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export const resolveNames: Operation<typeof contract> = async (call, request) =>
  perItem(call, [request], async ({ UnresolvedEntry, ReturnFullContactData, SearchScope, ParentFolderIds = [] }) => {
    // The page "ResponseCode" names these.
    if (['', ',', '-'].includes(UnresolvedEntry.trim())) throw ewsRefusal('ErrorInvalidNameForNameResolution', { detail: UnresolvedEntry });
    await checkContactsFolder(call, ParentFolderIds);
    // Contacts folders hold nothing that could be found yet; the directory is asked in every scope but theirs alone.
    const directory = call.context.directory(call.organization.name);
    const { recipients, isComplete } =
      SearchScope === 'Contacts' ? { recipients: [], isComplete: true } : await directory.resolveNames(UnresolvedEntry);
    if (recipients.length === 0) throw ewsRefusal('ErrorNameResolutionNoResults', { detail: UnresolvedEntry.slice(0, 64) });
    const Resolution = recipients.map((recipient) => ({
      Mailbox: directoryEntry(recipient),
      ...(ReturnFullContactData ? { Contact: contactOf(recipient) } : {}),
    }));
    const ResolutionSet = { TotalItemsInView: recipients.length, IncludesLastItemInRange: isComplete, Resolution };
    if (recipients.length === 1) return { class: 'Success', ResolutionSet } as const;
    return { class: 'Warning', ...complaint('ErrorNameResolutionMultipleResults'), ResolutionSet } as const;
  });

/** Contacts are looked for in one folder at most, which is one of contacts. */
async function checkContactsFolder(call: EwsCall, targets: readonly FolderTarget[]): Promise<void> {
  const [target] = targets;
  if (target === undefined) return;
  if (targets.length > 1) throw ewsRefusal('ErrorResolveNamesOnlyOneContactsFolderAllowed', { detail: `${targets.length} folders` });
  const { folder } = await openFolder(call, target, folderRights.readAny);
  if (folderElementOf(folder.class) !== 'ContactsFolder') throw ewsRefusal('ErrorResolveNamesInvalidFolderType', { detail: folder.class });
}

/** What of a directory entry a contact shows: the attribute of the directory and the field. */
const details: readonly (readonly [attribute: string, row: FieldRow])[] = [
  ['givenName', contactFields.GivenName as FieldRow],
  ['company', contactFields.CompanyName as FieldRow],
  ['department', contactFields.Department as FieldRow],
  ['title', contactFields.JobTitle as FieldRow],
  ['office', contactFields.OfficeLocation as FieldRow],
  ['surname', contactFields.Surname as FieldRow],
];

function contactOf(recipient: Recipient): WireItem {
  const fields: [FieldRow, unknown][] = [
    [contactFields.DisplayName as FieldRow, recipient.displayName],
    [contactFields.ContactSource as FieldRow, 'ActiveDirectory'],
    [contactFields.EmailAddresses as FieldRow, { Entry: emailEntries(recipient) }],
  ];
  for (const [attribute, row] of details) {
    const value = recipient.details[attribute];
    if (value !== undefined && value !== '') fields.push([row, value]);
  }
  const phone = recipient.details['phone'];
  if (phone !== undefined && phone !== '')
    fields.push([contactFields.PhoneNumbers as FieldRow, { Entry: [{ Key: 'BusinessPhone', text: phone }] }]);
  return { element: 'Contact', fields: fields.sort(([left], [right]) => left.order - right.order), extended: [] };
}

/** The first three addresses, the primary one first; the schema has keys for no more. */
function emailEntries({ addresses }: Recipient): readonly { readonly Key: string; readonly text: string }[] {
  const smtp = addresses
    .filter((address) => /^smtp:/i.test(address))
    .sort((left, right) => Number(right.startsWith('SMTP:')) - Number(left.startsWith('SMTP:')));
  return smtp.slice(0, 3).map((text, index) => ({ Key: `EmailAddress${index + 1}`, text }));
}
