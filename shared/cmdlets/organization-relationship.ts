import { isGroup } from '../domain/directory/recipient.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import {
  freeBusyAccessLevels,
  mailTipsAccessLevels,
  type OrganizationRelationship,
  organizationRelationships,
} from '../domain/trust/organization-relationships.ts';
import { addressGiven, domainsGiven } from './address-given.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, plainGiven, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

const noun: ObjectNoun<OrganizationRelationship> = {
  noun: 'OrganizationRelationship',
  kinds: ['on-premises', 'cloud'],
  objects: organizationRelationships,
  name: ({ Name }) => Name,
  show,
};

/** In the order of "Deep Dive: How Hybrid Authentication Really Works" (Exchange Team Blog); what it leaves out comes after. */
function show(relationship: OrganizationRelationship): CmdletObject {
  const { DomainNames, TargetApplicationUri, TargetSharingEpr, TargetOwaURL, TargetAutodiscoverEpr } = relationship;
  const { FreeBusyAccessEnabled, FreeBusyAccessLevel, FreeBusyAccessScope, MailboxMoveEnabled, DeliveryReportEnabled } = relationship;
  const { MailTipsAccessEnabled, MailTipsAccessLevel, MailTipsAccessScope, PhotosEnabled } = relationship;
  const { OrganizationContact, Enabled, ArchiveAccessEnabled, Name } = relationship;
  return {
    ...{ DomainNames, FreeBusyAccessEnabled, FreeBusyAccessLevel, FreeBusyAccessScope, MailboxMoveEnabled, DeliveryReportEnabled },
    ...{ MailTipsAccessEnabled, MailTipsAccessLevel, MailTipsAccessScope, PhotosEnabled },
    ...{ TargetApplicationUri, TargetSharingEpr, TargetOwaURL, TargetAutodiscoverEpr },
    ...{ OrganizationContact, Enabled, ArchiveAccessEnabled, Name, Identity: Name },
  };
}

const plain = {
  Name: 'text',
  Enabled: 'boolean',
  FreeBusyAccessEnabled: 'boolean',
  MailTipsAccessEnabled: 'boolean',
  MailboxMoveEnabled: 'boolean',
  DeliveryReportEnabled: 'boolean',
  PhotosEnabled: 'boolean',
  ArchiveAccessEnabled: 'boolean',
} as const;

const parameters = {
  ...plain,
  DomainNames: 'list',
  FreeBusyAccessLevel: 'text',
  FreeBusyAccessScope: 'nullable text',
  MailTipsAccessLevel: 'text',
  MailTipsAccessScope: 'nullable text',
  TargetApplicationUri: 'nullable text',
  TargetAutodiscoverEpr: 'nullable text',
  TargetSharingEpr: 'nullable text',
  TargetOwaURL: 'nullable text',
  OrganizationContact: 'nullable text',
} as const;

/** Nothing is shared until it is said (page of New-OrganizationRelationship: default values). */
const beginning: Omit<OrganizationRelationship, 'Name' | 'DomainNames'> = {
  Enabled: true,
  ...{ FreeBusyAccessEnabled: false, FreeBusyAccessLevel: 'None', FreeBusyAccessScope: '' },
  ...{ MailTipsAccessEnabled: false, MailTipsAccessLevel: 'None', MailTipsAccessScope: '' },
  ...{ MailboxMoveEnabled: false, DeliveryReportEnabled: false, PhotosEnabled: false, ArchiveAccessEnabled: false },
  ...{ TargetApplicationUri: '', TargetAutodiscoverEpr: '', TargetSharingEpr: '', TargetOwaURL: '', OrganizationContact: '' },
};

/**
 * `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -FreeBusyAccessEnabled $true -FreeBusyAccessLevel
 * LimitedDetails -TargetApplicationUri ... -TargetAutodiscoverEpr ...`: what the organisation shares with another one, and
 * where that one is found. Targets that are not given are not looked for: in life they come by the pipe from
 * `Get-FederationInformation`.
 */
export const organizationRelationship = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters,
    required: ['Name', 'DomainNames'],
    async make(scope, given) {
      const changed = await writtenIn(scope, given);
      return { ...beginning, Name: String(given['Name']), DomainNames: [], ...changed };
    },
    check: requireOwnDomains,
  }),
  set: setObject(noun, {
    parameters,
    change: (_current, scope, given) => writtenIn(scope, given),
    check: requireOwnDomains,
  }),
  remove: removeObject(noun),
} satisfies Readonly<Record<string, Cmdlet>>;

async function writtenIn(scope: CmdletScope, given: CmdletParameters): Promise<Partial<OrganizationRelationship>> {
  const freeBusyLevel = choiceGiven(given, 'FreeBusyAccessLevel', freeBusyAccessLevels);
  const mailTipsLevel = choiceGiven(given, 'MailTipsAccessLevel', mailTipsAccessLevels);
  return {
    ...plainGiven<OrganizationRelationship>(given, plain),
    ...domainsGiven(given, 'DomainNames'),
    ...(freeBusyLevel === undefined ? {} : { FreeBusyAccessLevel: freeBusyLevel }),
    ...(mailTipsLevel === undefined ? {} : { MailTipsAccessLevel: mailTipsLevel }),
    ...(await scopeGiven(scope, given, 'FreeBusyAccessScope')),
    ...(await scopeGiven(scope, given, 'MailTipsAccessScope')),
    ...applicationGiven(given),
    ...addressGiven(given, 'TargetAutodiscoverEpr'),
    ...addressGiven(given, 'TargetSharingEpr'),
    // Outlook on the web sends browsers there: the article's own is a http address.
    ...addressGiven(given, 'TargetOwaURL', ['https:', 'http:']),
    ...contactGiven(given),
  };
}

async function scopeGiven(
  { directory, organization }: CmdletScope,
  given: CmdletParameters,
  name: 'FreeBusyAccessScope' | 'MailTipsAccessScope',
): Promise<Partial<OrganizationRelationship>> {
  if (given[name] === undefined) return {};
  const identity = textGiven(given, name);
  if (identity === undefined) return { [name]: '' };
  const group = await requireRecipient(directory(organization.name), organization, identity);
  if (isGroup(group)) return { [name]: group.primaryAddress };
  throw cmdletRefusal('bad-parameter', `-${name} takes a group; ${group.primaryAddress} is a ${group.type}.`);
}

/** A name such as `outlook.com`, or an absolute address: what the other side's federation trust has as its ApplicationUri. */
function applicationGiven(given: CmdletParameters): Partial<OrganizationRelationship> {
  if (given['TargetApplicationUri'] === undefined) return {};
  const TargetApplicationUri = textGiven(given, 'TargetApplicationUri') ?? '';
  if (/[\s<>"]/.test(TargetApplicationUri))
    throw cmdletRefusal('bad-parameter', `-TargetApplicationUri takes a URI, not ${JSON.stringify(TargetApplicationUri)}.`);
  return { TargetApplicationUri };
}

function contactGiven(given: CmdletParameters): Partial<OrganizationRelationship> {
  if (given['OrganizationContact'] === undefined) return {};
  const OrganizationContact = textGiven(given, 'OrganizationContact') ?? '';
  if (OrganizationContact !== '' && !/^[^\s@<>"]+@[^\s@<>"]+$/.test(OrganizationContact))
    throw cmdletRefusal('bad-parameter', `-OrganizationContact takes an address, not ${JSON.stringify(OrganizationContact)}.`);
  return { OrganizationContact };
}

/**
 * Requests are judged by the one relationship of the caller's domain: two for a domain would make it a matter of chance. The text:
 * KB 3067526; which relationship has them is our addition.
 */
async function requireOwnDomains(
  { DomainNames }: OrganizationRelationship,
  { organization }: CmdletScope,
  tx: Transaction,
  before?: OrganizationRelationship,
): Promise<void> {
  for (const { value } of await organizationRelationships.list(tx, organization.name)) {
    const shared = value.Name === before?.Name ? [] : value.DomainNames.filter((one) => DomainNames.includes(one));
    if (shared.length === 0) continue;
    throw cmdletRefusal(
      'object-exists',
      `The domains ${shared.map((one) => `'${one}'`).join(', ')} already exist in another organization relationship. Domains can only ` +
        'exist in one organization relationship. To create an organization relationship with this domain, remove the domain from the other ' +
        `organization relationship. That is '${value.Name}'.`,
    );
  }
}
