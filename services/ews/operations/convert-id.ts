import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { formatAlternateId, parseAlternateId } from '../../../shared/protocols/ews/alternate-id.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { decodeLegacyId } from '../../../shared/protocols/ews/legacy-id.ts';
import type { convertId as contract } from '../../../shared/protocols/ews/operations/convert-id.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { openFolder, openMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type SourceId = RequestOf<typeof contract>['SourceIds'][number];
type AlternateId = Extract<SourceId, { is: 'AlternateId' }>['value'];
type PublicId = Exclude<SourceId, { is: 'AlternateId' }>;
type Key = NonNullable<ReturnType<typeof parseAlternateId>>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation */
export const convertId: Operation<typeof contract> = async (call, { DestinationFormat, SourceIds }) =>
  perItem(call, SourceIds, async (source) => {
    if (source.is !== 'AlternateId') return { class: 'Success', AlternateId: await publicId(call, source, DestinationFormat) } as const;
    const key = await keyOf(call, source.value);
    // The answer tells whose mailbox the id is of: by this DavMail learns its user's address.
    const { owner } = await openMailbox(call, key.mailbox);
    const Id = formatAlternateId(key, DestinationFormat, owner.primaryAddress);
    return {
      class: 'Success',
      AlternateId: { is: 'AlternateId', value: { Format: DestinationFormat, Id, Mailbox: owner.primaryAddress } },
    } as const;
  });

/** EwsId names its mailbox itself, EwsLegacyId by address; for the others the request does. */
async function keyOf(call: EwsCall, { Format, Id, Mailbox }: AlternateId): Promise<Key> {
  const address = Format === 'EwsLegacyId' ? decodeLegacyId(Id)?.address : Mailbox;
  const key =
    Format === 'EwsId'
      ? parseAlternateId(Id, Format, noMailbox)
      : address === undefined
        ? undefined
        : await parseIn(call, address, Id, Format);
  if (key === undefined) throw ewsRefusal('ErrorInvalidIdMalformed', { detail: `not an id of format ${Format}` });
  return key;
}

/** An id of a public folder, or of an item in one: they name no mailbox, since all lie in that of the public folders. */
async function publicId(call: EwsCall, { is, value }: PublicId, Format: AlternateId['Format']): Promise<PublicId> {
  const { mailbox } = await openFolder(call, { is: 'DistinguishedFolderId', value: { Id: 'publicfoldersroot' } }, 0);
  const address = mailbox.owner.primaryAddress;
  const keyIn = (text: string): Key => {
    const key = parseAlternateId(text, value.Format, mailbox.guid);
    if (key === undefined || key.mailbox !== mailbox.guid)
      throw ewsRefusal('ErrorInvalidIdMalformed', { detail: `not an id of a public folder of format ${value.Format}` });
    return key;
  };
  const folder = keyIn(value.FolderId);
  if ('item' in folder) throw ewsRefusal('ErrorCannotUseItemIdForFolderId', { detail: 'FolderId' });
  const FolderId = formatAlternateId(folder, Format, address);
  if (is === 'AlternatePublicFolderId') return { is, value: { Format, FolderId } };
  const item = keyIn(value.ItemId);
  if (!('item' in item)) throw ewsRefusal('ErrorCannotUseFolderIdForItemId', { detail: 'ItemId' });
  // The code is a guess.
  if (item.folder !== folder.folder) throw ewsRefusal('ErrorInvalidIdMalformed', { detail: 'an item of another folder' });
  return { is, value: { Format, FolderId, ItemId: formatAlternateId(item, Format, address) } };
}

const noMailbox = '00000000-0000-0000-0000-000000000000' as Guid;

async function parseIn(
  call: EwsCall,
  address: string,
  id: string,
  format: AlternateId['Format'],
): Promise<ReturnType<typeof parseAlternateId>> {
  const recipient = await call.context.directory(call.organization.name).byAddress(address);
  const mailbox = recipient === undefined ? null : localMailbox(recipient);
  if (mailbox === null) throw ewsRefusal('ErrorNonExistentMailbox', { values: { SmtpAddress: address } });
  return parseAlternateId(id, format, mailbox);
}
