import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { readPicture, thumbnailOf } from '../../../shared/domain/mailbox/photos.ts';
import { contactFields } from '../../../shared/protocols/ews/fields/contact.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import type { Executor } from '../../../shared/store/database.ts';

/** What of a directory entry a contact shows: the attribute of the directory and the field. */
const details: readonly (readonly [attribute: string, row: FieldRow])[] = [
  ['givenName', contactFields.GivenName as FieldRow],
  ['company', contactFields.CompanyName as FieldRow],
  ['department', contactFields.Department as FieldRow],
  ['title', contactFields.JobTitle as FieldRow],
  ['office', contactFields.OfficeLocation as FieldRow],
  ['surname', contactFields.Surname as FieldRow],
];

/**
 * An entry of the directory as a contact. What Exchange 2010 SP2 added is shown in the shape AllProperties alone (page
 * "Property sets and response shapes in EWS"), the picture among it (page "Get user photos by using EWS"); without a shape, and in the others, it is as it was before.
 */
export async function directoryContact(read: Executor, recipient: Recipient, shape: BaseShape | undefined): Promise<WireItem> {
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
  if (shape === 'AllProperties') {
    const picture = thumbnailOf(recipient);
    fields.push([contactFields.HasPicture as FieldRow, picture !== undefined]);
    if (picture !== undefined) fields.push([contactFields.Photo as FieldRow, (await readPicture(read, picture)).octets]);
    fields.push([contactFields.Alias as FieldRow, recipient.alias]);
    fields.push([contactFields.DirectoryId as FieldRow, `<GUID=${recipient.guid}>`]);
  }
  return { element: 'Contact', fields: fields.sort(([left], [right]) => left.order - right.order), extended: [] };
}

/** The first three addresses, the primary one first; the schema has keys for no more. */
function emailEntries({ addresses }: Recipient): readonly { readonly Key: string; readonly text: string }[] {
  const smtp = addresses
    .filter((address) => /^smtp:/i.test(address))
    .sort((left, right) => Number(right.startsWith('SMTP:')) - Number(left.startsWith('SMTP:')));
  return smtp.slice(0, 3).map((text, index) => ({ Key: `EmailAddress${index + 1}`, text }));
}
