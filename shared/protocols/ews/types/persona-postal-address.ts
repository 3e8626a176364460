import { maybe, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { decimal, text } from './simple.ts';

const locationSource = enumeration('LocationSourceType', [
  'None',
  'LocationServices',
  'PhonebookServices',
  'Device',
  'Contact',
  'Resource',
]);

/** Where somebody, or something that is held, is found. */
export const personaPostalAddress = sequence(
  {
    Street: maybe(types, text),
    City: maybe(types, text),
    State: maybe(types, text),
    Country: maybe(types, text),
    PostalCode: maybe(types, text),
    PostOfficeBox: maybe(types, text),
    Type: maybe(types, text),
    Latitude: maybe(types, decimal),
    Longitude: maybe(types, decimal),
    Accuracy: maybe(types, decimal),
    Altitude: maybe(types, decimal),
    AltitudeAccuracy: maybe(types, decimal),
    FormattedAddress: maybe(types, text),
    LocationUri: maybe(types, text),
    LocationSource: maybe(types, simple(locationSource)),
  },
  'PersonaPostalAddressType',
);
