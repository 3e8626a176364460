import { attr, type Content, either, many, maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { element } from '../../../xml/element.ts';
import { enumeration, listOf } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { addressListId, distinguishedFolderId, folderId } from './folder-ids.ts';
import { itemId } from './item-ids.ts';
import { nonEmptyString, octets, text } from './simple.ts';

// User configuration objects: settings of a client that lie in a folder.

/** Which configuration of which folder. */
export const userConfigurationName = sequence(
  {
    folder: either(types, { FolderId: folderId, DistinguishedFolderId: distinguishedFolderId, AddressListId: addressListId }),
    Name: attr(nonEmptyString),
  },
  'UserConfigurationNameType',
);

const objectType = enumeration('UserConfigurationDictionaryObjectTypesType', [
  'DateTime',
  'Boolean',
  'Byte',
  'String',
  'Integer32',
  'UnsignedInteger32',
  'Integer64',
  'UnsignedInteger64',
  'StringArray',
  'ByteArray',
]);

/** A key or value of a dictionary: several texts of a StringArray, one of anything else. */
export interface DictionaryObject {
  readonly Type: (typeof objectType)['enumeration'][number];
  readonly Value: readonly string[];
}

export interface DictionaryEntry {
  readonly DictionaryKey: DictionaryObject;
  /** null: `xsi:nil`. */
  readonly DictionaryValue: DictionaryObject | null;
}

const dictionaryObject: Content<DictionaryObject> = sequence(
  { Type: one(types, simple(objectType)), Value: some(types, text) },
  'UserConfigurationDictionaryObjectType',
);

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

const nillableObject: Content<DictionaryObject | null> = {
  description: dictionaryObject.description,
  decode: (of) =>
    of.attributes.some(({ namespace, name, value }) => namespace === xsi && name === 'nil' && /^\s*(true|1)\s*$/.test(value))
      ? null
      : dictionaryObject.decode(of),
  encode: (value, namespace, name) =>
    value === null
      ? { ...element(namespace, name), attributes: [{ namespace: xsi, name: 'nil', value: 'true' }] }
      : dictionaryObject.encode(value, namespace, name),
};

const dictionary: Content<readonly DictionaryEntry[]> = unwrapped(
  'DictionaryEntry',
  sequence(
    {
      DictionaryEntry: many(
        types,
        sequence(
          { DictionaryKey: one(types, dictionaryObject), DictionaryValue: one(types, nillableObject) },
          'UserConfigurationDictionaryEntryType',
        ),
      ),
    },
    'UserConfigurationDictionaryType',
  ),
);

export const userConfiguration = sequence(
  {
    UserConfigurationName: one(types, userConfigurationName),
    ItemId: maybe(types, itemId),
    Dictionary: maybe(types, dictionary),
    XmlData: maybe(types, octets),
    BinaryData: maybe(types, octets),
  },
  'UserConfigurationType',
);

/** What of a configuration is asked for. */
export const userConfigurationProperties = simple(
  listOf(
    'UserConfigurationPropertyType',
    enumeration('UserConfigurationPropertyNameType', ['Id', 'Dictionary', 'XmlData', 'BinaryData', 'All']),
  ),
);
