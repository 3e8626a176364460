import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { findConfiguration } from '../../../shared/domain/mailbox/user-configuration.ts';
import { type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { createUserConfiguration } from '../../../shared/protocols/ews/operations/create-user-configuration.ts';
import { encodeDictionary } from '../../../shared/protocols/ews/roaming-dictionary.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { ItemTable } from '../../../shared/store/schema.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenFolder, openFolder } from '../mailboxes.ts';

type WireConfiguration = RequestOf<typeof createUserConfiguration>['UserConfiguration'];
type WireName = WireConfiguration['UserConfigurationName'];

/** Octets of each of the three streams, and characters of a name: bounds of ours. */
const longestStream = 1024 * 1024;
const longestName = 200;

/** Bits of PidTagRoamingDatatypes (MS-OXOCFG 2.2.2.1; that of octets is inferred). */
const datatypes = { binary: 1, xml: 2, dictionary: 4 } as const;

/** Opens the folder of a configuration: its settings are read by whoever reads items, and written by whoever owns the folder. */
export async function openConfigurationFolder(call: EwsCall, { folder, Name }: WireName, purpose: 'read' | 'write'): Promise<OpenFolder> {
  if (Name.length > longestName) throw ewsRefusal('ErrorInvalidArgument', { detail: `a name of ${Name.length} characters` });
  return openFolder(call, folder, purpose === 'read' ? folderRights.readAny : folderRights.owner);
}

/** The configuration. Refuses with ErrorItemNotFound. */
export async function requireConfiguration(executor: Executor, { mailbox, folder }: OpenFolder, { Name }: WireName): Promise<ItemTable> {
  const found = await findConfiguration(executor, mailbox.guid, folder.counter, Name);
  if (found === undefined) throw ewsRefusal('ErrorItemNotFound', { detail: `configuration ${Name} in folder ${folder.counter}` });
  return found;
}

/**
 * What a request writes: the streams that it holds, and which there are then. Refuses entries of a dictionary that are not
 * of their type or stand twice with ErrorInvalidArgument (inferred), and streams over the bound with ErrorDataSizeLimitExceeded.
 *
 * @param before the datatypes there were
 */
export function propertiesOf({ Dictionary, XmlData, BinaryData }: WireConfiguration, before: number): Record<PropertyKey, PropertyValue> {
  const dictionary = Dictionary && encodeDictionary(Dictionary);
  if (Dictionary !== undefined && dictionary === undefined)
    throw ewsRefusal('ErrorInvalidArgument', { detail: 'entries of another type, the same key twice, or too many entries' });
  const properties: Record<PropertyKey, PropertyValue> = {};
  let kinds = before;
  const put = (kind: keyof typeof datatypes, key: PropertyKey, stream: Buffer | undefined): void => {
    if (stream === undefined) return;
    if (stream.length > longestStream) throw ewsRefusal('ErrorDataSizeLimitExceeded', { detail: `${stream.length} octets of ${kind}` });
    properties[key] = stream.toString('base64');
    kinds |= datatypes[kind];
  };
  put('dictionary', tags.roamingDictionary, dictionary);
  put('xml', tags.roamingXmlStream, XmlData);
  put('binary', tags.roamingBinary, BinaryData);
  properties[tags.roamingDatatypes] = kinds;
  return properties;
}
