import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { formatAlternateId, parseAlternateId } from '../../../shared/protocols/ews/alternate-id.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { decodeLegacyId } from '../../../shared/protocols/ews/item-id.ts';
import type { convertId as contract } from '../../../shared/protocols/ews/operations/convert-id.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type AlternateId = Extract<RequestOf<typeof contract>['SourceIds'][number], { is: 'AlternateId' }>['value'];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation */
export const convertId: Operation<typeof contract> = async (call, { DestinationFormat, SourceIds }) =>
  perItem(call, SourceIds, async (source) => {
    if (source.is !== 'AlternateId') throw notSupported(`ConvertId of ${source.is}`);
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
async function keyOf(call: EwsCall, { Format, Id, Mailbox }: AlternateId): Promise<NonNullable<ReturnType<typeof parseAlternateId>>> {
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
