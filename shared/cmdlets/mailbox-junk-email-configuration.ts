import type { Recipient } from '../domain/directory/recipient.ts';
import { requireFolder } from '../domain/mailbox/folders.ts';
import { changeJunkEmail, type JunkEmail, junkEmailOf, mostJunkEntries } from '../domain/mailbox/junk-email.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { listGiven, refusePrompt } from './given.ts';
import { requireMailbox } from './mailbox-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const lists = {
  BlockedSendersAndDomains: 'blocked',
  TrustedSendersAndDomains: 'trusted',
  TrustedRecipientsAndDomains: 'trustedRecipients',
} as const;
const switches = { Enabled: 'isEnabled', TrustedListsOnly: 'trustedListsOnly', ContactsTrusted: 'contactsTrusted' } as const;

/**
 * `Set-MailboxJunkEmailConfiguration mary -BlockedSendersAndDomains @{Add='spam@example.com'}`: whose mail goes to Junk Email as it
 * comes. `-ContactsTrusted` is kept and shown: contacts are not looked up.
 */
export const mailboxJunkEmailConfiguration = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      return [show(owner, await junkEmail(scope, mailbox))];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      Enabled: 'boolean',
      TrustedListsOnly: 'boolean',
      ContactsTrusted: 'boolean',
      BlockedSendersAndDomains: 'list',
      TrustedSendersAndDomains: 'list',
      TrustedRecipientsAndDomains: 'list',
      Confirm: 'switch',
    },
    required: ['Identity'],
    current,
    async run(scope, given) {
      refusePrompt(given);
      const { mailbox } = await requireMailbox(scope, String(given['Identity']));
      const change: Record<string, unknown> = {};
      for (const [name, key] of Object.entries(switches)) if (given[name] !== undefined) change[key] = given[name];
      for (const [name, key] of Object.entries(lists)) if (given[name] !== undefined) change[key] = entriesGiven(given, name);
      await scope.transaction((tx) => changeJunkEmail(tx, mailbox, change as Partial<JunkEmail>, scope.at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function current(scope: CmdletScope, given: CmdletParameters): Promise<Readonly<Record<string, readonly string[]>>> {
  const { mailbox } = await requireMailbox(scope, String(given['Identity']));
  const settings = await junkEmail(scope, mailbox);
  return Object.fromEntries(Object.entries(lists).map(([name, key]) => [name, settings[key]]));
}

async function junkEmail(scope: CmdletScope, mailbox: Guid): Promise<JunkEmail> {
  return junkEmailOf(await scope.transaction((tx) => requireFolder(tx, mailbox, 'inbox')));
}

/** Addresses and domains. Refuses with `bad-parameter`. */
function entriesGiven(given: CmdletParameters, name: string): readonly string[] {
  const entries = listGiven(given, name) ?? [];
  const bad = entries.find((one) => !/^([^\s@<>]{1,64}@|@)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,10}$/i.test(one));
  if (bad !== undefined) throw cmdletRefusal('bad-parameter', `-${name} takes SMTP addresses and domains, not ${JSON.stringify(bad)}.`);
  if (entries.length > mostJunkEntries) throw cmdletRefusal('bad-parameter', `-${name} takes ${mostJunkEntries} entries at most.`);
  return entries;
}

/** In the order of their names, as the shell shows them. */
function show({ displayName }: Recipient, settings: JunkEmail): CmdletObject {
  return {
    Enabled: settings.isEnabled,
    TrustedListsOnly: settings.trustedListsOnly,
    ContactsTrusted: settings.contactsTrusted,
    TrustedSendersAndDomains: settings.trusted,
    BlockedSendersAndDomains: settings.blocked,
    TrustedRecipientsAndDomains: settings.trustedRecipients,
    MailboxOwnerId: displayName,
    Identity: displayName,
    IsValid: true,
  };
}
