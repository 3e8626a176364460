import { locationSet } from '../../../shared/domain/calendar/meetings/carried.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { named, namedProperty, type PropertyKey, type PropertyType } from '../../../shared/kernel/mapi.ts';
import type { Draft } from '../drafts/draft.ts';
import { ewsRefusal } from '../failures.ts';

/** EnhancedLocationType. */
export interface WireLocation {
  readonly DisplayName: string;
  readonly Annotation?: string | undefined;
  readonly PostalAddress?: Readonly<Record<string, string | number | undefined>> | undefined;
}

const key = (name: string, type: PropertyType = 'String'): PropertyKey => namedProperty(locationSet as Guid, name, type);

/**
 * Where the parts of a location lie. Observed: the set and its names, by what mail programs ask of Exchange, and by the
 * `X-MICROSOFT-LOCATION...` of Exchange's iCalendar; those that neither shows are inferred.
 */
const displayName = key('LocationDisplayName');
const annotation = key('LocationAnnotation');
const address: Readonly<Record<string, PropertyKey>> = {
  Street: key('LocationStreet'),
  City: key('LocationCity'),
  State: key('LocationState'),
  Country: key('LocationCountry'),
  PostalCode: key('LocationPostalCode'),
  PostOfficeBox: key('LocationPostOfficeBox'),
  Type: key('LocationType'),
  Latitude: key('Latitude', 'Double'),
  Longitude: key('Longitude', 'Double'),
  Accuracy: key('Accuracy', 'Double'),
  Altitude: key('Altitude', 'Double'),
  AltitudeAccuracy: key('AltitudeAccuracy', 'Double'),
  FormattedAddress: key('LocationFormattedAddress'),
  LocationUri: key('LocationUri'),
  LocationSource: key('LocationSource'),
};

/** The properties that {@link enhancedLocation} reads. */
export const locationKeys: readonly PropertyKey[] = [named.location, displayName, annotation, ...Object.values(address)];

/** EnhancedLocation of an item; what was said of a place is not said of another one that was put in its place (inferred). */
export function enhancedLocation(row: ItemRow): WireLocation | undefined {
  const location = itemProperty(row, named.location);
  if (typeof location !== 'string' || location === '') return undefined;
  if (itemProperty(row, displayName) !== location) return { DisplayName: location };
  const note = itemProperty(row, annotation);
  const parts = Object.entries(address).flatMap(([element, property]) => {
    const value = itemProperty(row, property);
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[element, value] as const] : [];
  });
  return {
    DisplayName: location,
    ...(typeof note === 'string' && note !== '' ? { Annotation: note } : {}),
    ...(parts.length === 0 ? {} : { PostalAddress: Object.fromEntries(parts) }),
  };
}

/** Writes EnhancedLocation, whole. Refuses numbers that no place has with ErrorInvalidArgument (the code is inferred). */
export function writeLocation(draft: Draft, { DisplayName, Annotation, PostalAddress = {} }: WireLocation): void {
  draft.set(named.location, DisplayName);
  draft.set(displayName, DisplayName);
  put(draft, annotation, Annotation);
  for (const [element, property] of Object.entries(address)) {
    const value = PostalAddress[element];
    if (typeof value === 'number' && !Number.isFinite(value)) throw ewsRefusal('ErrorInvalidArgument', { detail: `${element} ${value}` });
    put(draft, property, value);
  }
}

/** Takes the location away with all that is known of it. */
export function removeLocation(draft: Draft): void {
  for (const property of locationKeys) draft.remove(property);
}

function put(draft: Draft, property: PropertyKey, value: string | number | undefined): void {
  if (value !== undefined) draft.set(property, value);
  else if (draft.current(property) !== undefined) draft.remove(property);
}
