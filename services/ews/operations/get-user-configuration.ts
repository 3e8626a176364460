import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { getUserConfiguration as contract } from '../../../shared/protocols/ews/operations/get-user-configuration.ts';
import { decodeDictionary } from '../../../shared/protocols/ews/roaming-dictionary.ts';
import type { DictionaryEntry } from '../../../shared/protocols/ews/types/user-configuration.ts';
import type { ItemTable } from '../../../shared/store/schema.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { openConfigurationFolder, requireConfiguration } from '../user-configurations/configuration.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation */
export const getUserConfiguration: Operation<typeof contract> = async (call, { UserConfigurationName, UserConfigurationProperties }) => {
  const asks = (what: 'Id' | 'Dictionary' | 'XmlData' | 'BinaryData'): boolean =>
    UserConfigurationProperties.includes(what) || UserConfigurationProperties.includes('All');
  return perItem(call, [UserConfigurationName], async (name) => {
    const place = await openConfigurationFolder(call, name, 'read');
    const { mailbox, folder } = place;
    const found = await requireConfiguration(call.context.store.read, place, name);
    const ItemId = { Id: mailbox.ids.itemId(folder.counter, found.counter), ChangeKey: mailbox.changeKey('Item', found.change_number) };
    const Dictionary = asks('Dictionary') ? dictionaryOf(found) : undefined;
    const XmlData = asks('XmlData') ? streamOf(found, tags.roamingXmlStream) : undefined;
    const BinaryData = asks('BinaryData') ? streamOf(found, tags.roamingBinary) : undefined;
    const UserConfiguration = {
      UserConfigurationName: name,
      ...(asks('Id') ? { ItemId } : {}),
      ...(Dictionary === undefined ? {} : { Dictionary }),
      ...(XmlData === undefined ? {} : { XmlData }),
      ...(BinaryData === undefined ? {} : { BinaryData }),
    };
    return { class: 'Success', UserConfiguration } as const;
  });
};

function streamOf(item: ItemTable, key: PropertyKey): Buffer | undefined {
  const stored = itemProperty(item, key);
  return typeof stored === 'string' ? Buffer.from(stored, 'base64') : undefined;
}

/** Clients may write the stream themselves, as a property of an item: what cannot be read is refused. */
function dictionaryOf(item: ItemTable): readonly DictionaryEntry[] | undefined {
  const stream = streamOf(item, tags.roamingDictionary);
  const entries = stream && decodeDictionary(stream);
  if (stream !== undefined && entries === undefined)
    throw ewsRefusal('ErrorCorruptData', { detail: `the dictionary of item ${item.counter}` });
  return entries;
}
