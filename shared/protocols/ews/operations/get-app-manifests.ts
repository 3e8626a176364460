import { attr, many, maybe, sequence, simple } from '../../../xml/codec.ts';
import { enumeration, listOf, restrictedString, string } from '../../../xml/simple-types.ts';
import { xsd } from '../../../xml/xsd.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { guid, text, truth } from '../types/simple.ts';

/** Its members are written out: a list that refers to a named type does not bring it along. */
const extensionIds = {
  ...listOf('ListOfExtensionIdsType', guid),
  definition: xsd('list', {}, [xsd('simpleType', {}, guid.definition === undefined ? [] : [guid.definition])]),
};

const storeInfo = sequence({ AssetId: attr(string), ContentMarket: attr(string) });
const addIn = sequence({
  ProductId: attr(string),
  State: attr(enumeration('AddInStateType', ['Flagged', 'OK', 'Removed', 'Undefined', 'WithdrawingSoon', 'Withdrawn'])),
  Version: attr(restrictedString('VersionType', { pattern: '[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,4}(\\.[0-9]{1,4})?)?' })),
  StoreInfo: maybe(messages, storeInfo),
});

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getappmanifests-operation
 * The answer is a response message itself, with one of the two lists. Their members are left out: no app is ever told of.
 */
export const getAppManifests = contract({
  name: 'GetAppManifests',
  request: sequence({
    ApiVersionSupported: maybe(messages, text),
    SchemaVersionSupported: maybe(messages, text),
    IncludeAllInstalledAddIns: maybe(messages, truth),
    IncludeEntitlementData: maybe(messages, truth),
    IncludeManifestData: maybe(messages, truth),
    IncludeCustomAppsData: maybe(messages, truth),
    ExtensionIds: maybe(messages, simple(extensionIds)),
    AddIns: maybe(messages, sequence({ AddIn: many(messages, addIn) })),
  }),
  response: responseMessage({
    Apps: maybe(messages, sequence({}, 'ArrayOfAppsType')),
    Manifests: maybe(messages, sequence({})),
  }),
});
