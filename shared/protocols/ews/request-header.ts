import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { types } from './namespaces.ts';
import { timeZoneDefinition, type WireTimeZone } from './types/time-zone.ts';

/** What a request's header says of its context. Everything is optional; what is not known is read over. */
export interface RequestHeader {
  /** Absent: the client speaks the schema of Exchange 2007. */
  readonly version?: RequestServerVersion;
  readonly impersonation?: Impersonation;
  readonly timeZone?: WireTimeZone;
  /** `en-US`; the language of texts that the server makes. */
  readonly culture?: string;
  readonly dateTimePrecision?: 'Seconds' | 'Milliseconds';
  /** Roles that the caller claims (ManagementRole). */
  readonly roles?: { readonly user: readonly string[]; readonly application: readonly string[] };
  /** For whom a server asks (SerializedSecurityContext). */
  readonly speaksFor?: SecurityContext;
  /** OpenAsAdminOrSystemService is there: only servers may send it. */
  readonly claimsToBeServer: boolean;
}

/** The user whom a server has signed in, as far as others can know him; his SIDs mean nothing outside his forest. */
export interface SecurityContext {
  readonly userSid: string;
  readonly primarySmtpAddress: string;
}

/** Whom the caller wants to be. */
export interface Impersonation {
  readonly by: 'PrincipalName' | 'SID' | 'PrimarySmtpAddress' | 'SmtpAddress';
  readonly value: string;
}

export type HeaderRefusal =
  | 'ErrorInvalidServerVersion'
  | 'ErrorDuplicateSOAPHeader'
  | 'ErrorMoreThanOneAccessModeSpecified'
  | 'ErrorInvalidExchangeImpersonationHeaderData'
  | 'ErrorInvalidSerializedAccessToken';

/**
 * ExchangeVersionType of Exchange SE; Exchange2019, which exchangelib begins with and which is in no schema; and
 * V2018_01_08, which Exchange Online names itself in ServerVersionInfo.
 */
export const requestServerVersions = [
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2009',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2012',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2015',
  'Exchange2016',
  'Exchange2019',
  'V2015_10_05',
  'V2016_01_06',
  'V2016_04_13',
  'V2016_07_13',
  'V2016_10_10',
  'V2017_01_07',
  'V2017_04_14',
  'V2017_07_11',
  'V2018_01_08',
] as const;
export type RequestServerVersion = (typeof requestServerVersions)[number];

/** Headers that say as whom a request is made. */
const accessModes = ['ExchangeImpersonation', 'SerializedSecurityContext', 'OpenAsAdminOrSystemService'] as const;
const impersonationKinds = ['PrincipalName', 'SID', 'PrimarySmtpAddress', 'SmtpAddress'] as const;

/**
 * Reads the header elements of a request. Throws `Refusal<HeaderRefusal>`: a version that no server knows (observed on
 * Exchange Online: jamesiarmes/php-ews#346), a header that stands there twice, two that each say as whom, an impersonation or a security context that
 * names nobody.
 */
export function readRequestHeader(header: readonly XmlElement[]): RequestHeader {
  const ours = new Map<string, XmlElement>();
  for (const entry of header) {
    if (entry.namespace !== types) continue;
    if (ours.has(entry.name)) throw refusal('ErrorDuplicateSOAPHeader', `${entry.name} stands there twice`);
    ours.set(entry.name, entry);
  }
  const modes = accessModes.filter((name) => ours.has(name));
  if (modes.length > 1) throw refusal('ErrorMoreThanOneAccessModeSpecified', modes.join(' and '));
  const version = ours.get('RequestServerVersion');
  const impersonation = ours.get('ExchangeImpersonation');
  const timeZone = ours.get('TimeZoneContext');
  const culture = ours.get('MailboxCulture');
  const precision = ours.get('DateTimePrecision');
  const role = ours.get('ManagementRole');
  const context = ours.get('SerializedSecurityContext');
  return {
    ...(version === undefined ? {} : { version: readVersion(version) }),
    ...(impersonation === undefined ? {} : { impersonation: readImpersonation(impersonation) }),
    ...(timeZone === undefined ? {} : { timeZone: readTimeZone(timeZone) }),
    ...(culture === undefined ? {} : { culture: text(culture).trim() }),
    ...(precision === undefined ? {} : { dateTimePrecision: text(precision).trim() === 'Milliseconds' ? 'Milliseconds' : 'Seconds' }),
    ...(role === undefined ? {} : { roles: { user: readRoles(role, 'UserRoles'), application: readRoles(role, 'ApplicationRoles') } }),
    ...(context === undefined ? {} : { speaksFor: readSecurityContext(context) }),
    claimsToBeServer: ours.has('OpenAsAdminOrSystemService'),
  };
}

function readVersion(of: XmlElement): RequestServerVersion {
  const name = attribute(of, 'Version') ?? '';
  const known = requestServerVersions.find((candidate) => candidate === name);
  if (known === undefined) throw refusal('ErrorInvalidServerVersion', `unknown version ${name.slice(0, 64)}`);
  return known;
}

function readImpersonation(of: XmlElement): Impersonation {
  const connecting = child(of, types, 'ConnectingSID');
  const [identity, ...further] = connecting === undefined ? [] : elements(connecting);
  const by = impersonationKinds.find((kind) => identity?.namespace === types && identity.name === kind);
  const value = identity === undefined ? '' : text(identity).trim();
  if (by === undefined || value === '' || further.length > 0) {
    throw refusal('ErrorInvalidExchangeImpersonationHeaderData', 'ConnectingSID names nobody');
  }
  return { by, value };
}

function readSecurityContext(of: XmlElement): SecurityContext {
  const read = (name: string): string => {
    const found = child(of, types, name);
    return found === undefined ? '' : text(found).trim();
  };
  const context = { userSid: read('UserSid'), primarySmtpAddress: read('PrimarySmtpAddress') };
  if (context.userSid !== '' && context.primarySmtpAddress !== '') return context;
  throw refusal('ErrorInvalidSerializedAccessToken', 'SerializedSecurityContext has no UserSid or no PrimarySmtpAddress');
}

/** `t:SerializedSecurityContext`, as a server sends it. */
export function securityContextElement({ userSid, primarySmtpAddress }: SecurityContext): XmlElement {
  const names = [element(types, 'UserSid', [userSid]), element(types, 'PrimarySmtpAddress', [primarySmtpAddress])];
  return element(types, 'SerializedSecurityContext', names);
}

/** Of a definition that cannot be read its id and name. */
function readTimeZone(of: XmlElement): WireTimeZone {
  const definition = child(of, types, 'TimeZoneDefinition');
  if (definition === undefined) return {};
  try {
    return timeZoneDefinition.decode(definition);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const [Id, Name] = [attribute(definition, 'Id'), attribute(definition, 'Name')];
    return { ...(Id === undefined ? {} : { Id }), ...(Name === undefined ? {} : { Name }) };
  }
}

function readRoles(of: XmlElement, list: string): readonly string[] {
  const found = child(of, types, list);
  return found === undefined ? [] : elements(found).map((role) => text(role).trim());
}

function refusal(code: HeaderRefusal, detail: string): Refusal<HeaderRefusal> {
  return new Refusal(code, { detail });
}
