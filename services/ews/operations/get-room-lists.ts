import { isRoomList } from '../../../shared/domain/directory/recipient.ts';
import type { getRoomLists as contract } from '../../../shared/protocols/ews/operations/get-room-lists.ts';
import { fold } from '../../../shared/store/fold.ts';
import type { Operation } from '../operation.ts';
import { directoryEntry } from '../views/directory-entry.ts';

/** Lists of one answer. A bound of ours. */
const mostLists = 1_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getroomlists-operation */
export const getRoomLists: Operation<typeof contract> = async ({ context, organization }) => {
  const all = await context.directory(organization.name).all();
  const lists = all
    .filter((one) => isRoomList(one) && one.settings.hiddenFromAddressLists === undefined)
    .map((list) => ({ list, key: fold(list.displayName) }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return { class: 'Success', RoomLists: { Address: lists.slice(0, mostLists).map(({ list }) => directoryEntry(list)) } };
};
