import { assert } from '../../kernel/assert.ts';
import type { Guid } from '../../kernel/ids.ts';
import { organizationScope } from '../../store/config-objects.ts';
import type { Store } from '../../store/database.ts';
import { fold, keyLength } from '../../store/fold.ts';
import { followScope } from '../organization/follow-scope.ts';
import { createDirectoryIndex, type DirectoryIndex, type NameKind } from './directory-index.ts';
import type { NameMatches, NamePage } from './name-index.ts';
import { isListed, type Recipient } from './recipient.ts';
import { readRecipients } from './recipients.ts';

/** Most recipients that one name resolution answers, as in Exchange. */
const mostNameMatches = 100;

/**
 * The directory of one organisation, in memory and kept up with the store: a look-up costs a query only after a change.
 * Not to be used inside a transaction. Names are compared without case and otherwise to the letter (no `+` parts).
 */
export interface Directory {
  readonly organization: string;
  byGuid(guid: Guid): Promise<Recipient | undefined>;
  /** Everybody, in no order. */
  all(): Promise<readonly Recipient[]>;
  /** Any proxy address: SMTP with or without `SMTP:`, others with their type (`X500:/o=...`). */
  byAddress(address: string): Promise<Recipient | undefined>;
  byUserPrincipalName(name: string): Promise<Recipient | undefined>;
  /** Without the domain. */
  byAccountName(name: string): Promise<Recipient | undefined>;
  byAlias(alias: string): Promise<Recipient | undefined>;
  /** legacyExchangeDN, or an X500 address with the same text. */
  byLegacyDn(legacyDn: string): Promise<Recipient | undefined>;
  byExchangeGuid(guid: Guid): Promise<Recipient | undefined>;
  /** Whose mailbox one is that this organisation keeps: by the GUID of {@link localMailbox}. */
  byMailbox(guid: Guid): Promise<Recipient | undefined>;
  bySid(sid: string): Promise<Recipient | undefined>;
  byNetId(netId: string): Promise<Recipient | undefined>;
  /**
   * Recipients that a text may mean, by display name, at most `limit` (1 to {@link mostNameMatches}). A primary address, any
   * address with its type (`smtp:`) and a legacyExchangeDN that somebody has mean him alone.
   */
  resolveNames(text: string, limit?: number): Promise<NameMatches>;
  /** Everybody whose names or addresses begin with a text, by display name; a page of them. */
  searchNames(text: string, page: NamePage): Promise<NameMatches>;
  /** Members of a group that still exist, in the group's order. */
  members(group: Recipient): Promise<readonly Recipient[]>;
  close(): void;
}

/** Opens the directory of an organisation; nothing is read before it is asked. */
export function openDirectory(store: Store, organization: string): Directory {
  const view = followScope<DirectoryIndex>(store, organizationScope(organization), {
    load: async (executor) => createDirectoryIndex(await readRecipients(executor, organization)),
    async apply(executor, index, changes) {
      const guids = [...new Set(changes.filter(({ kind }) => kind === 'recipient').map(({ identity }) => identity))];
      const read = await readRecipients(executor, organization, guids);
      for (const guid of guids) index.remove(guid);
      for (const recipient of read) index.put(recipient);
      return index;
    },
  });
  const named = async (kind: NameKind, name: string) => (await view.current()).byName(kind, name);
  return {
    organization,
    byGuid: async (guid) => (await view.current()).byGuid(guid),
    all: async () => (await view.current()).all(),
    byAddress: (address) => named('address', address.replace(/^smtp:/i, '')),
    byUserPrincipalName: (name) => named('userPrincipalName', name),
    byAccountName: (name) => named('samAccountName', name),
    byAlias: (alias) => named('alias', alias),
    byLegacyDn: (legacyDn) => named('legacyDn', legacyDn),
    byExchangeGuid: (guid) => named('exchangeGuid', guid),
    byMailbox: (guid) => named('mailbox', guid),
    bySid: (sid) => named('sid', sid),
    byNetId: (netId) => named('netId', netId),
    async resolveNames(text, limit = mostNameMatches) {
      assert(Number.isInteger(limit) && limit >= 1 && limit <= mostNameMatches, `${limit} names were asked for`);
      const index = await view.current();
      // Nothing in the directory is longer; the text comes from outside.
      if (text.length > keyLength) return nobody;
      const exact = holderOf(index, text.trim());
      return exact === undefined ? index.search(text, { offset: 0, limit }) : { recipients: [exact], isComplete: true, total: 1 };
    },
    async searchNames(text, page) {
      const index = await view.current();
      return text.length > keyLength ? nobody : index.search(text, page);
    },
    async members(group) {
      const index = await view.current();
      return group.members.flatMap((guid) => index.byGuid(guid) ?? []);
    },
    close: () => view.close(),
  };
}

const nobody: NameMatches = { recipients: [], isComplete: true, total: 0 };

/** Who has a legacyExchangeDN, a primary address, or an address that is given with its type, unless he is hidden. */
function holderOf(index: DirectoryIndex, text: string): Recipient | undefined {
  const isTyped = /^[a-z0-9]+:/i.test(text);
  const found = text.startsWith('/') ? index.byName('legacyDn', text) : index.byName('address', text.replace(/^smtp:/i, ''));
  if (found === undefined || !isListed(found)) return undefined;
  return isTyped || text.startsWith('/') || fold(found.primaryAddress) === fold(text) ? found : undefined;
}
