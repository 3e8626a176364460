import { type Guid, namedGuid } from '../../kernel/ids.ts';
import type { OrganizationDefinition } from './definition.ts';
import type { RecipientType } from './vocabulary.ts';
import type { WorldContent, WorldRecipient } from './world.ts';

/** A recipient with its place in the world file; names in `members` and `fullAccess` are still as written. */
export interface DraftRecipient {
  readonly path: readonly PropertyKey[];
  readonly recipient: WorldRecipient;
}

type Lists = Pick<OrganizationDefinition, 'users' | 'mailUsers' | 'remoteMailboxes' | 'sharedMailboxes' | 'rooms' | 'groups'>;
type ListName = keyof Lists;
type Written = NonNullable<Lists[ListName]>[number];
type User = NonNullable<Lists['users']>[number];
type AccountKeys = Pick<User, 'mail' | 'userPrincipalName' | 'samAccountName' | 'password' | 'enabled' | 'mfa'>;
type ContentKeys = Pick<User, 'mail' | 'messages' | 'calendar' | 'folders'>;

const types: Readonly<Record<ListName, RecipientType>> = {
  users: 'UserMailbox',
  sharedMailboxes: 'SharedMailbox',
  rooms: 'RoomMailbox',
  mailUsers: 'MailUser',
  remoteMailboxes: 'RemoteUserMailbox',
  groups: 'MailUniversalDistributionGroup',
};
const lists = Object.keys(types) as readonly ListName[];

/** Every recipient of an organisation with its defaults filled in, users first. */
export function draftRecipients(name: string, definition: OrganizationDefinition, password: string | undefined): readonly DraftRecipient[] {
  return lists.flatMap((list) =>
    (definition[list] ?? []).map((written, index) => ({
      path: ['organizations', name, list, index],
      recipient: draft(name, types[list], written, password),
    })),
  );
}

/** GUID of the mailbox that an organisation of the world keeps for an address. */
function mailboxGuid(organization: string, mail: string): Guid {
  return namedGuid('mailbox', organization, mail.toLowerCase());
}

function draft(organization: string, type: RecipientType, written: Written, password: string | undefined): WorldRecipient {
  const alias = written.alias ?? written.mail.slice(0, written.mail.indexOf('@'));
  const targetAddress = 'targetAddress' in written ? written.targetAddress : null;
  const further = [...(written.addresses ?? []), ...(targetAddress === null ? [] : [targetAddress])];
  const hasMailbox = type === 'UserMailbox' || type === 'SharedMailbox' || type === 'RoomMailbox';
  return {
    type,
    mail: written.mail,
    alias,
    displayName: written.displayName ?? `${alias.slice(0, 1).toUpperCase()}${alias.slice(1)}`,
    details: detailsOf(written),
    // Exchange keeps the external address among a mail user's addresses, so that mail to it is recognised.
    addresses: further.filter(
      (address, index) => !same(address, written.mail) && further.findIndex((other) => same(other, address)) === index,
    ),
    targetAddress,
    account: accountOf(type, alias, written, password),
    exchangeGuid: hasMailbox ? mailboxGuid(organization, written.mail) : null,
    counterpart: null,
    members: 'members' in written ? written.members : [],
    fullAccess: 'fullAccess' in written ? (written.fullAccess ?? []) : [],
    content: contentOf(written),
  };
}

function accountOf(type: RecipientType, alias: string, written: Written, password: string | undefined): WorldRecipient['account'] {
  if (type === 'MailUniversalDistributionGroup') return null;
  // The account behind a shared mailbox or a room exists, is disabled and has no password that anybody knows.
  if (type === 'SharedMailbox' || type === 'RoomMailbox') {
    return { userPrincipalName: written.mail, samAccountName: alias.slice(0, 20), password: null, enabled: false, mfa: false };
  }
  const given: AccountKeys = written;
  return {
    userPrincipalName: given.userPrincipalName ?? written.mail,
    samAccountName: given.samAccountName ?? alias.slice(0, 20),
    password: given.password ?? password ?? null,
    enabled: given.enabled ?? true,
    mfa: given.mfa === 'required',
  };
}

const detailNames = ['givenName', 'surname', 'title', 'department', 'company', 'office', 'phone', 'capacity'] as const;

type DetailKeys = Pick<Written, 'mail'> & Partial<Record<(typeof detailNames)[number], string | number | undefined>>;

function detailsOf(written: Written): Readonly<Record<string, string>> {
  const values: DetailKeys = written;
  return Object.fromEntries(detailNames.flatMap((name) => (values[name] === undefined ? [] : [[name, String(values[name])]])));
}

function contentOf(written: Written): WorldContent {
  const plans: ContentKeys = written;
  return { messages: plans.messages ?? 'none', calendar: plans.calendar ?? 'none', folders: plans.folders ?? [] };
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
