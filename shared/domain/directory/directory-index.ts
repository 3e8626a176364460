import type { Guid } from '../../kernel/ids.ts';
import { fold } from '../../store/fold.ts';
import { createNameIndex, type NameMatches, type NamePage } from './name-index.ts';
import { isListed, localMailbox, type Recipient } from './recipient.ts';
import { addressKey } from './recipient-rows.ts';

/** The recipients of an organisation, by everything that they are looked up by. Names are compared without case. */
export interface DirectoryIndex {
  put(recipient: Recipient): void;
  remove(guid: string): void;
  byGuid(guid: string): Recipient | undefined;
  all(): readonly Recipient[];
  /** By a name of the given kind; `address` takes any proxy address, with its type unless that is SMTP. */
  byName(kind: NameKind, name: string): Recipient | undefined;
  /** Ambiguous name resolution: see {@link createNameIndex}. */
  search(text: string, page: NamePage): NameMatches;
}

export type NameKind =
  | 'address'
  | 'userPrincipalName'
  | 'samAccountName'
  | 'alias'
  | 'legacyDn'
  | 'exchangeGuid'
  | 'mailbox'
  | 'sid'
  | 'netId';

const namesOf: Readonly<Record<NameKind, (recipient: Recipient) => readonly (string | null)[]>> = {
  address: ({ addresses }) => addresses.map(addressKey),
  userPrincipalName: ({ userPrincipalName }) => [userPrincipalName],
  samAccountName: ({ samAccountName }) => [samAccountName],
  alias: ({ alias }) => [alias],
  legacyDn: ({ legacyDn, addresses }) => [legacyDn, ...addresses.flatMap((address) => (/^x500:/i.test(address) ? [address.slice(5)] : []))],
  exchangeGuid: ({ exchangeGuid }) => [exchangeGuid],
  mailbox: (recipient) => [localMailbox(recipient)],
  sid: ({ sid }) => [sid],
  netId: ({ netId }) => [netId],
};
const nameKinds = Object.keys(namesOf) as readonly NameKind[];

/** An index of these recipients, which it keeps and {@link DirectoryIndex.put} changes. */
export function createDirectoryIndex(initial: readonly Recipient[]): DirectoryIndex {
  const recipients = new Map<string, Recipient>();
  const names = new Map(nameKinds.map((kind) => [kind, new Map<string, Guid>()]));
  let search = undefined as ReturnType<typeof createNameIndex> | undefined;
  const each = (recipient: Recipient, act: (index: Map<string, Guid>, name: string) => void): void => {
    for (const [kind, index] of names) {
      for (const name of namesOf[kind](recipient)) if (name !== null && name !== '') act(index, fold(name));
    }
  };
  const index: DirectoryIndex = {
    put(recipient) {
      index.remove(recipient.guid);
      recipients.set(recipient.guid, recipient);
      each(recipient, (byName, name) => byName.set(name, recipient.guid));
    },
    remove(guid) {
      search = undefined;
      const known = recipients.get(guid);
      if (known === undefined) return;
      recipients.delete(guid);
      // A name may already have gone over to another recipient, whose entry stays.
      each(known, (byName, name) => byName.get(name) === known.guid && byName.delete(name));
    },
    byGuid: (guid) => recipients.get(guid),
    all: () => [...recipients.values()],
    byName: (kind, name) => recipients.get(names.get(kind)?.get(fold(name)) ?? ''),
    search(text, page) {
      search ??= createNameIndex([...recipients.values()].filter(isListed));
      return search(text, page);
    },
  };
  for (const recipient of initial) index.put(recipient);
  return index;
}
