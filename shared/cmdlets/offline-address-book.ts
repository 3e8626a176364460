import { generateBook, readBook, writeBook } from '../bridges/address-book/generate.ts';
import { attributeOf, type OfflineAddressBook, offlineAddressBookId, setupBook } from '../domain/organization/offline-address-books.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Cmdlet, type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { refusePrompt, textGiven } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
/** Exchange Online makes its books by itself. */
const onPremises: Cmdlet['kinds'] = ['on-premises'];

/** `Get-OfflineAddressBook "Default Offline Address Book"`: the one book that there is, of everybody whom the address lists show. */
export const offlineAddressBook = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run({ organization, transaction }, given) {
      const identity = textGiven(given, 'Identity');
      if (identity !== undefined) requireBook(organization, identity);
      return [show(organization, await transaction((tx) => readBook(tx, organization)))];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ConfiguredAttributes: 'list', UseDefaultAttributes: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run({ organization, transaction, at }, given) {
      refusePrompt(given);
      requireBook(organization, String(given['Identity']));
      const asked =
        given['UseDefaultAttributes'] === true
          ? setupBook.ConfiguredAttributes
          : (given['ConfiguredAttributes'] as readonly string[] | undefined);
      const ConfiguredAttributes = asked?.map(checked);
      if (ConfiguredAttributes === undefined) return [];
      await transaction(async (tx) => writeBook(tx, organization, { ...(await readBook(tx, organization)), ConfiguredAttributes }, at));
      return [];
    },
  },
  update: {
    kinds: onPremises,
    positional: 'Identity',
    parameters: { Identity: 'text', Force: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run({ organization, directory, transaction, at }, given) {
      refusePrompt(given);
      requireBook(organization, String(given['Identity']));
      await generateBook({ organization, directory: directory(organization.name), transaction }, at);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** By name, with a backslash before it or without, or by GUID. */
function requireBook(organization: Organization, identity: string): void {
  const names = [setupBook.Name, offlineAddressBookId(organization)].map((name) => name.toLowerCase());
  if (!names.includes(identity.replace(/^\\/, '').toLowerCase())) throw objectNotFound(organization, identity);
}

function checked(text: string): string {
  const known = attributeOf(text);
  // Our own wording.
  if (known === undefined)
    throw cmdletRefusal('bad-parameter', `"${text}" is no attribute of an offline address book here, with ANR, Value or Indicator.`);
  return `${known.name},${known.kind}`;
}

function show(organization: Organization, { Name, ConfiguredAttributes, generated }: OfflineAddressBook): CmdletObject {
  return {
    AddressLists: ['\\Default Global Address List'],
    Versions: ['Version4'],
    IsDefault: true,
    WebDistributionEnabled: true,
    LastTouchedTime: generated === undefined ? null : new Date(generated.at).toISOString(),
    LastNumberOfRecords: generated?.records ?? null,
    ConfiguredAttributes,
    Name,
    Identity: `\\${Name}`,
    Guid: offlineAddressBookId(organization),
  };
}
