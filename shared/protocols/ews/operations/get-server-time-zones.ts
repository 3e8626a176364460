import { many, maybe, maybeAttr, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { boolean, string } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { timeZoneDefinition } from '../types/time-zone.ts';

const ids = unwrapped('Id', sequence({ Id: some(types, simple(string)) }, 'NonEmptyArrayOfTimeZoneIdType'));
const definitions = unwrapped(
  'TimeZoneDefinition',
  sequence({ TimeZoneDefinition: many(types, timeZoneDefinition) }, 'ArrayOfTimeZoneDefinitionType'),
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation */
export const getServerTimeZones = contract({
  name: 'GetServerTimeZones',
  request: sequence({ ReturnFullTimeZoneData: maybeAttr(boolean), Ids: maybe(messages, ids) }),
  response: responseMessages(
    'GetServerTimeZonesResponseMessage',
    responseMessage({ TimeZoneDefinitions: one(messages, definitions) }, { TimeZoneDefinitions: [] }),
  ),
});
