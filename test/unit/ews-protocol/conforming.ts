import fc from 'fast-check';
import type { ContentDescription, ParticleDescription } from '../../../shared/xml/content-description.ts';
import type { XmlAttribute, XmlElement } from '../../../shared/xml/element.ts';
import type { SimpleType } from '../../../shared/xml/simple-types.ts';

/**
 * Elements that a description allows, small ones mostly: what a contract says of itself, said in documents. Optional
 * parts are rare because an item has about a hundred of them; deep down only what is required is left.
 */
export function conforming(namespace: string, name: string, description: ContentDescription, depth = 0): fc.Arbitrary<XmlElement> {
  switch (description.kind) {
    case 'simple':
      return textOf(description.type).map((text) => ({ namespace, name, attributes: [], children: text === '' ? [] : [text] }));
    case 'any':
      return fc.constant({ namespace, name, attributes: [], children: [] });
    case 'reference':
      return fc.constant(null).chain(() => conforming(namespace, name, description.to(), depth));
    case 'complex': {
      const attributes = fc
        .tuple(...description.attributes.map((attribute) => maybe(textOf(attribute.type), attribute.required, 0.4)))
        .map((values) => values.flatMap((value, index): XmlAttribute[] => attributeOf(description.attributes[index]?.name, value)));
      const text = description.text;
      const children: fc.Arbitrary<readonly (XmlElement | string)[]> =
        text === undefined
          ? fc
              .tuple(...description.particles.map((particle) => members(particle, depth, share(description.particles))))
              .map((parts) => allowed(description.particles, parts).flat())
          : textOf(text).map((value) => (value === '' ? [] : [value]));
      return fc.tuple(attributes, children).map(([written, contents]) => ({ namespace, name, attributes: written, children: contents }));
    }
  }
}

/** Drops what may not stand without another, and that other when what it must bring along is missing. */
function allowed(particles: readonly ParticleDescription[], parts: readonly (readonly XmlElement[])[]): readonly (readonly XmlElement[])[] {
  const kept = [...parts];
  const at = (key: string): number => particles.findIndex((particle) => particle.key === key);
  for (const [index, { needs, minimum }] of particles.entries()) {
    if (needs !== undefined && minimum === 1 && kept[index]?.length === 0) kept[at(needs)] = [];
  }
  for (const [index, { needs }] of particles.entries()) if (needs !== undefined && kept[at(needs)]?.length === 0) kept[index] = [];
  return kept;
}

/** How often an optional particle appears: about two of each type. */
function share(particles: readonly ParticleDescription[]): number {
  const optional = particles.filter(({ minimum }) => minimum === 0).length;
  return optional === 0 ? 0 : Math.min(0.6, 2 / optional);
}

function members(particle: ParticleDescription, depth: number, frequency: number): fc.Arbitrary<readonly XmlElement[]> {
  const isDeep = depth > 7;
  const [first] = particle.alternatives;
  const choices = isDeep && first !== undefined ? [first] : particle.alternatives;
  const one = fc.constantFrom(...choices).chain(({ namespace, name, content }) => conforming(namespace, name, content(), depth + 1));
  const most = particle.repeats && !isDeep ? 3 : 1;
  const list = fc.array(one, { minLength: 1, maxLength: most });
  if (particle.minimum === 1) return list;
  return maybe(list, false, isDeep ? 0 : frequency).map((found) => found ?? []);
}

function maybe<T>(of: fc.Arbitrary<T>, required: boolean, frequency: number): fc.Arbitrary<T | undefined> {
  if (required) return of;
  return fc
    .integer({ min: 0, max: 999 })
    .chain((drawn): fc.Arbitrary<T | undefined> => (drawn < frequency * 1000 ? of : fc.constant(undefined)));
}

function attributeOf(name: string | undefined, value: string | undefined): XmlAttribute[] {
  return name === undefined || value === undefined ? [] : [{ namespace: '', name, value }];
}

const twoDigits = (limit: number, first = 0) => fc.integer({ min: first, max: limit }).map((number) => String(number).padStart(2, '0'));
const day = fc.tuple(fc.integer({ min: 1970, max: 2100 }), twoDigits(12, 1), twoDigits(28, 1)).map((parts) => parts.join('-'));
const clock = fc.tuple(twoDigits(23), twoDigits(59), twoDigits(59)).map((parts) => parts.join(':'));
const zone = fc.constantFrom('', 'Z', '+02:00', '-05:30');
const words = fc.oneof(fc.constantFrom('', 'x', 'a & <b>', ' two  words ', '日本'), fc.stringMatching(/^[ -~]{0,20}$/));

const nonEmpty = words.map((text) => text || 'x');
const minutes = (longest: number): fc.Arbitrary<string> => fc.integer({ min: 1, max: longest }).map(String);

const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'xs:string': words,
  'xs:anyURI': fc.constantFrom('http://contoso.test/a', 'mailto:mary@contoso.test', ''),
  'xs:int': fc.oneof(fc.integer().map(String), fc.constantFrom('2147483647', '-2147483648', '+7', '007')),
  'xs:short': fc.integer({ min: -32_768, max: 32_767 }).map(String),
  'xs:boolean': fc.constantFrom('true', 'false', '0', '1'),
  'xs:dateTime': fc.tuple(day, clock, zone).map(([date, time, offset]) => `${date}T${time}${offset}`),
  'xs:base64Binary': fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  'xs:double': fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.constantFrom('INF', '1.5E3', '-0.25')),
  'xs:long': fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  'xs:duration': fc.constantFrom('PT0S', '-PT60M', 'P1DT2H', 'PT1.5S', 'P1Y2M'),
  'xs:date': fc.tuple(day, zone).map((parts) => parts.join('')),
  'xs:time': fc.tuple(clock, zone).map((parts) => parts.join('')),
  'xs:language': fc.constantFrom('en-US', 'de', 'x-klingon'),
  'xs:nonNegativeInteger': fc.nat().map(String),
  UserConfigurationPropertyType: fc.constantFrom('All', 'Id Dictionary', 'XmlData BinaryData'),
  'xs:unsignedInt': fc.nat().map(String),
  NonEmptyStringType: nonEmpty,
  SubscriptionIdType: nonEmpty,
  WatermarkType: nonEmpty,
  SubscriptionTimeoutType: minutes(1440),
  SubscriptionStatusFrequencyType: minutes(1440),
  StreamingSubscriptionConnectionTimeoutType: minutes(30),
  DerivedItemIdType: words,
  GuidType: fc.uuid().chain((guid) => fc.constantFrom(guid, guid.toUpperCase())),
  PropertyTagType: fc
    .integer({ min: 0, max: 0xffff })
    .chain((tag) => fc.constantFrom(String(tag), `0x${tag.toString(16)}`, `0X${tag.toString(16).toUpperCase().padStart(4, '0')}`)),
  ExcludesAttributeType: fc.constantFrom('0x1F', '255', '0X', ''),
  ReminderMinutesBeforeStartType: fc.constantFrom('0', '15', '2629800', '1525252321'),
  MaxRemindersType: fc.integer({ min: 0, max: 200 }).map(String),
  MaxSyncChangesReturnedType: fc.integer({ min: 1, max: 512 }).map(String),
  FreeBusyViewType: fc.subarray(['None', 'MergedOnly', 'FreeBusy', 'Detailed'], { minLength: 1 }).map((views) => views.join(' ')),
  MailTipTypes: fc.subarray(['All', 'OutOfOfficeMessage', 'Scope']).map((tips) => tips.join(' ')),
  ListOfExtensionIdsType: fc.array(fc.uuid(), { maxLength: 3 }).map((ids) => ids.join(' ')),
  VersionType: fc.constantFrom('1.1', '15.20.9115.17', '2.34.5'),
  ServiceConfigurationType: fc.subarray(['MailTips', 'PolicyNudges']).map((names) => names.join(' ')),
  DaysOfWeekType: fc.subarray(['Sunday', 'Monday', 'Weekday', 'WeekendDay'], { minLength: 1 }).map((days) => days.join(' ')),
};

function textOf(type: SimpleType<unknown>): fc.Arbitrary<string> {
  if (type.enumeration !== undefined) return fc.constantFrom(...type.enumeration);
  const known = texts[type.name];
  if (known === undefined) throw new Error(`no examples of ${type.name}`);
  return known;
}
