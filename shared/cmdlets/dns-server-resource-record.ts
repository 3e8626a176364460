import {
  addressOf,
  type DnsRecordSet,
  dnsRecordSets,
  isDnsName,
  recordSetName,
  sameData,
  type WritableData,
  type WritableType,
} from '../domain/organization/dns-records.ts';
import { buildZones, defaultTtlSeconds, type Zones, zonesOf } from '../domain/organization/dns-zones.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { RecordData, ResourceRecord } from '../kernel/resource-record.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { choiceGiven, numberGiven, requireOneSet, textGiven } from './given.ts';
import { parseTimeSpan, timeSpanText } from './time-span.ts';

/**
 * The cmdlets of Windows' DnsServer module, as far as records of six types go. Parameters and their sets:
 * MicrosoftDocs/windows-powershell-docs docset/winserver2022-ps/dnsserver. The refusals are worded by us.
 */
const types = ['A', 'AAAA', 'CNAME', 'MX', 'SRV', 'TXT'] as const satisfies readonly WritableType[];

/** What a type is written with: its switch, and its data. */
const sets: Readonly<Record<WritableType, { readonly flag: string; readonly data: Readonly<Record<string, ParameterType>> }>> = {
  A: { flag: 'A', data: { IPv4Address: 'text' } },
  AAAA: { flag: 'AAAA', data: { IPv6Address: 'text' } },
  CNAME: { flag: 'CName', data: { HostNameAlias: 'text' } },
  MX: { flag: 'MX', data: { MailExchange: 'text', Preference: 'integer' } },
  SRV: { flag: 'Srv', data: { DomainName: 'text', Priority: 'integer', Weight: 'integer', Port: 'integer' } },
  TXT: { flag: 'Txt', data: { DescriptiveText: 'text' } },
};

const mostRecords = 32;
const mostTextOctets = 1_024;

const add: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  positional: 'ZoneName',
  parameters: {
    ZoneName: 'text',
    Name: 'text',
    TimeToLive: 'text',
    PassThru: 'switch',
    ...Object.assign({}, ...types.map((type) => ({ [sets[type].flag]: 'switch', ...sets[type].data }))),
  },
  required: ['ZoneName', 'Name'],
  async run(scope, given) {
    const zones = await zonesFor(scope);
    const zone = requireZone(scope, given);
    const name = requireName(zones, zone, String(given['Name']));
    const data = dataGiven(given);
    const ttlSeconds = ttlGiven(given);
    await scope.transaction(async (tx) => {
      const stored = await dnsRecordSets.find(tx, '', recordSetName({ name, type: data.type }));
      const before = stored?.value.records ?? [];
      if (before.some((record) => sameData(record.data, data))) throw exists(name, data.type, 'it says that already');
      if (before.length >= mostRecords) throw exists(name, data.type, `it has ${mostRecords} of them, which is as many as there can be`);
      await requireNoAlias(tx, zones, name, data.type, before.length > 0);
      const value: DnsRecordSet = { zone, name, type: data.type, records: [...before, { ttlSeconds, data }] };
      if (stored === undefined) await dnsRecordSets.create(tx, '', recordSetName(value), value, scope.at);
      else await dnsRecordSets.replace(tx, stored, value, scope.at);
    });
    return given['PassThru'] === true ? [shown(zone, { ...data, name, ttlSeconds })] : [];
  },
};

const get: Cmdlet = {
  kinds: add.kinds,
  positional: 'ZoneName',
  parameters: { ZoneName: 'text', Name: 'text', RRType: 'text' },
  required: ['ZoneName'],
  async run(scope, given) {
    const zones = await zonesFor(scope);
    const zone = requireZone(scope, given);
    const type = choiceGiven(given, 'RRType', [...types, 'SOA']);
    const ofType = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
      records.filter((record) => type === undefined || record.type === type);
    const written = textGiven(given, 'Name');
    if (written === undefined) return ofType(zones.within(zone)).map((record) => shown(zone, record));
    const found = ofType(zones.at(requireName(zones, zone, written)));
    if (found.length === 0) throw notFound(zone, written);
    return found.map((record) => shown(zone, record));
  },
};

const remove: Cmdlet = {
  kinds: add.kinds,
  positional: 'ZoneName',
  parameters: {
    ZoneName: 'text',
    Name: 'text',
    RRType: 'text',
    RecordData: 'list',
    Force: 'switch',
    PassThru: 'switch',
  },
  required: ['ZoneName', 'Name', 'RRType'],
  async run(scope, given) {
    const zones = await zonesFor(scope);
    const zone = requireZone(scope, given);
    const name = requireName(zones, zone, String(given['Name']));
    const type = choiceGiven(given, 'RRType', types) ?? 'A';
    // Of the types that there are, TXT alone tells upper case from lower.
    const plain = (texts: readonly string[]): string => texts.map((text) => (type === 'TXT' ? text : folded(text))).join(' ');
    const written = given['RecordData'] as readonly string[] | undefined;
    const records = zones.at(name).filter((record) => record.type === type);
    const gone = records.filter((record) => written === undefined || plain(words(record)) === plain(written));
    if (gone.length === 0) throw notFound(zone, String(given['Name']));
    const left = records.flatMap((record) => (gone.includes(record) || record.type === 'SOA' ? [] : [withoutName(record)]));
    await scope.transaction(async (tx) => {
      const stored = await dnsRecordSets.find(tx, '', recordSetName({ name, type }));
      const value: DnsRecordSet = { zone, name, type, records: left };
      // With the last of an administrator's records those come back that the world has by itself; these can be taken away too.
      if (stored === undefined) await dnsRecordSets.create(tx, '', recordSetName(value), value, scope.at);
      else if (left.length === 0) await dnsRecordSets.remove(tx, stored, scope.at);
      else await dnsRecordSets.replace(tx, stored, value, scope.at);
    });
    return given['PassThru'] === true ? gone.map((record) => shown(zone, record)) : [];
  },
};

/** `Add-DnsServerResourceRecord -ZoneName contoso.test -Name autodiscover -CName -HostNameAlias mail.contoso.test`: records of the world's zones. */
export const dnsServerResourceRecord = { add, get, remove };

async function zonesFor({ organizations, network, settings }: CmdletScope): Promise<Zones> {
  return buildZones({ organizations: organizations.all, network, settings: await settings('') });
}

function requireZone({ organization }: CmdletScope, given: CmdletParameters): string {
  const zone = folded(String(given['ZoneName']));
  const zones = zonesOf(organization);
  if (zones.includes(zone)) return zone;
  throw cmdletRefusal('object-not-found', `${organization.name} has no zone ${JSON.stringify(zone)}; it has ${zones.join(', ')}.`);
}

/** The whole name. Like Windows, names are relative to the zone; `@` and `.` are the zone itself. */
function requireName(zones: Zones, zone: string, written: string): string {
  const relative = written.toLowerCase();
  if (relative === '@' || relative === '.') return zone;
  if (relative === zone || relative.endsWith(`.${zone}`) || relative.endsWith('.')) {
    throw cmdletRefusal('bad-parameter', `-Name is relative to the zone: '@' is ${zone} itself, 'www' is www.${zone}.`);
  }
  const name = `${relative}.${zone}`;
  if (!isDnsName(name)) throw cmdletRefusal('bad-parameter', `${JSON.stringify(written)} cannot be a name in DNS.`);
  const nearest = zones.soa(name).name;
  if (nearest !== zone) throw cmdletRefusal('bad-parameter', `${name} lies in the zone ${nearest}.`);
  return name;
}

function dataGiven(given: CmdletParameters): WritableData {
  requireOneSet(
    given,
    types.map((type) => [sets[type].flag, ...Object.keys(sets[type].data)]),
  );
  const type = types.find((one) => [sets[one].flag, ...Object.keys(sets[one].data)].some((name) => given[name] !== undefined));
  if (type === undefined) {
    const flags = types.map((one) => `-${sets[one].flag}`).join(', ');
    throw cmdletRefusal('bad-parameter', `What kind of record? One of ${flags} is needed.`);
  }
  const missing = Object.keys(sets[type].data).filter((name) => given[name] === undefined);
  if (missing.length > 0) {
    // ParameterBinderStrings.resx, like the binder's own.
    const text = `Cannot process command because of one or more missing mandatory parameters: ${missing.join(' ')}.`;
    throw cmdletRefusal('bad-parameter', text);
  }
  return makers[type](given);
}

const makers: Readonly<Record<WritableType, (given: CmdletParameters) => WritableData>> = {
  A: (given) => ({ type: 'A', address: addressGiven(given, 'IPv4Address', 'A') }),
  AAAA: (given) => ({ type: 'AAAA', address: addressGiven(given, 'IPv6Address', 'AAAA') }),
  CNAME: (given) => ({ type: 'CNAME', target: hostGiven(given, 'HostNameAlias') }),
  MX: (given) => ({ type: 'MX', exchange: hostGiven(given, 'MailExchange'), preference: wordGiven(given, 'Preference') }),
  SRV: (given) => ({
    type: 'SRV',
    target: hostGiven(given, 'DomainName'),
    priority: wordGiven(given, 'Priority'),
    weight: wordGiven(given, 'Weight'),
    port: wordGiven(given, 'Port'),
  }),
  TXT(given) {
    const text = textGiven(given, 'DescriptiveText') ?? '';
    if (Buffer.byteLength(text) <= mostTextOctets) return { type: 'TXT', text };
    throw cmdletRefusal('bad-parameter', `-DescriptiveText takes at most ${mostTextOctets} octets here.`);
  },
};

function addressGiven(given: CmdletParameters, parameter: string, type: 'A' | 'AAAA'): string {
  const text = textGiven(given, parameter) ?? '';
  const address = addressOf(type, text);
  if (address === undefined) throw cmdletRefusal('bad-parameter', `-${parameter} takes an address, not ${JSON.stringify(text)}.`);
  return address;
}

function hostGiven(given: CmdletParameters, parameter: string): string {
  const host = folded(textGiven(given, parameter) ?? '');
  if (!isDnsName(host)) throw cmdletRefusal('bad-parameter', `-${parameter} takes the whole name of a host, not ${JSON.stringify(host)}.`);
  return host;
}

/** A 16-bit number. */
function wordGiven(given: CmdletParameters, parameter: string): number {
  const value = numberGiven(given, parameter) ?? 0;
  if (value < 0 || value > 65_535) throw cmdletRefusal('bad-parameter', `-${parameter} takes a number from 0 to 65535, not ${value}.`);
  return value;
}

function ttlGiven(given: CmdletParameters): number {
  const text = textGiven(given, 'TimeToLive');
  if (text === undefined) return defaultTtlSeconds;
  const seconds = parseTimeSpan(text);
  if (seconds === undefined || seconds < 0 || seconds > 2_147_483_647) {
    throw cmdletRefusal('bad-parameter', `-TimeToLive takes a time such as 01:00:00 or 1.00:00:00, not ${JSON.stringify(text)}.`);
  }
  return seconds;
}

/** An alias has no other records beside it (RFC 1034, 3.6.2), and there is one. */
async function requireNoAlias(tx: Transaction, zones: Zones, name: string, type: WritableType, isThere: boolean): Promise<void> {
  if (type === 'CNAME' && isThere) throw exists(name, type, 'a name has one alias');
  for (const other of types.filter((one) => (type === 'CNAME' ? one !== 'CNAME' : one === 'CNAME'))) {
    const set = await dnsRecordSets.find(tx, '', recordSetName({ name, type: other }));
    if ((set?.value.records.length ?? 0) > 0) throw exists(name, other, 'an alias stands alone at its name');
  }
  const isAddress = type === 'A' || type === 'AAAA' || type === 'CNAME';
  if (!isAddress && zones.at(name).some((record) => record.type === 'CNAME'))
    throw exists(name, 'CNAME', 'an alias stands alone at its name');
}

function exists(name: string, type: string, why: string): Error {
  return cmdletRefusal('object-exists', `There is a record ${name} of type ${type}: ${why}.`);
}

function notFound(zone: string, name: string): Error {
  return cmdletRefusal('object-not-found', `The zone ${zone} has no such record ${JSON.stringify(name)}.`);
}

function shown(zone: string, record: ResourceRecord): CmdletObject {
  return {
    HostName: record.name === zone ? '@' : record.name.slice(0, -zone.length - 1),
    RecordType: record.type,
    Timestamp: 0,
    TimeToLive: timeSpanText(record.ttlSeconds),
    RecordData: shownData(record),
  };
}

function shownData(record: RecordData): Readonly<Record<string, string | number>> {
  switch (record.type) {
    case 'A':
      return { IPv4Address: record.address };
    case 'AAAA':
      return { IPv6Address: record.address };
    case 'CNAME':
      return { HostNameAlias: `${record.target}.` };
    case 'MX':
      return { MailExchange: `${record.exchange}.`, Preference: record.preference };
    case 'SRV':
      return { DomainName: `${record.target}.`, Port: record.port, Priority: record.priority, Weight: record.weight };
    case 'TXT':
      return { DescriptiveText: record.text };
    case 'SOA':
      return {
        MinimumTimeToLive: timeSpanText(record.minimumSeconds),
        PrimaryServer: `${record.primary}.`,
        ResponsiblePerson: `${record.responsible}.`,
        SerialNumber: record.serial,
      };
  }
}

/** The data as -RecordData has it. */
function words(record: RecordData): readonly string[] {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return [record.address];
    case 'CNAME':
      return [record.target];
    case 'MX':
      return [String(record.preference), record.exchange];
    case 'SRV':
      return [record.priority, record.weight, record.port, record.target].map(String);
    case 'TXT':
      return [record.text];
    case 'SOA':
      return [];
  }
}

function withoutName({ name: _name, ttlSeconds, ...data }: ResourceRecord & WritableData): DnsRecordSet['records'][number] {
  return { ttlSeconds, data: data as WritableData };
}

function folded(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}
