import { isRoomList } from '../../../shared/domain/directory/recipient.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getRooms as contract } from '../../../shared/protocols/ews/operations/get-rooms.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { directoryEntry } from '../views/directory-entry.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getrooms-operation */
export const getRooms: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ RoomList: { EmailAddress } }) => {
    const directory = call.context.directory(call.organization.name);
    if (EmailAddress === undefined) throw ewsRefusal('ErrorMissingInformationEmailAddress');
    const list = await directory.byAddress(EmailAddress);
    // Observed of an address that is nobody's: ecederstrand/exchangelib, test_get_rooms. That a group of another kind is none, too, is inferred.
    if (list === undefined || !isRoomList(list)) throw ewsRefusal('ErrorNameResolutionNoResults', { detail: EmailAddress.slice(0, 64) });
    const rooms = (await directory.members(list)).filter(({ type }) => type === 'RoomMailbox' || type === 'RemoteRoomMailbox');
    return { class: 'Success', Rooms: { Room: rooms.map((room) => ({ Id: directoryEntry(room) })) } } as const;
  });
  return present(answer, 'the answer for the one list');
};
