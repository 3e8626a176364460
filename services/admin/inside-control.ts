import { calendarView } from '../../shared/domain/calendar/calendar-view.ts';
import { addressHolder } from '../../shared/domain/directory/name-holders.ts';
import { localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { readRecipients } from '../../shared/domain/directory/recipients.ts';
import { findItems } from '../../shared/domain/mailbox/find-items.ts';
import { allFolders, requireFolder } from '../../shared/domain/mailbox/folders.ts';
import type { ItemRow } from '../../shared/domain/mailbox/item-columns.ts';
import { getAttachments, getItem, getRecipients } from '../../shared/domain/mailbox/items.ts';
import { getMailbox, type Mailbox } from '../../shared/domain/mailbox/mailboxes.ts';
import { type ItemNeed, itemProperty } from '../../shared/domain/mailbox/property-reader.ts';
import { buildZones, type NetworkFacts, zonesOf } from '../../shared/domain/organization/dns-zones.ts';
import type { Registry } from '../../shared/domain/organization/registry.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { type Guid, parseGuid } from '../../shared/kernel/ids.ts';
import { named, type PropertyKey, tags } from '../../shared/kernel/mapi.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { ResourceRecord } from '../../shared/kernel/resource-record.ts';
import type { Store } from '../../shared/store/database.ts';
import { shownMime, shownWords, textOf, wholeMime } from './shown-message.ts';

/** What lies in mailboxes and zones, for people who look; nothing is changed, not even whether something has been read. */
export interface InsideControl {
  /** By organization and address; `text`: those whose address or name has it. */
  mailboxes(asked: { readonly text?: string | undefined; readonly offset: number; readonly count: number }): Promise<Found<SeenMailbox>>;
  /** Each with the one that it lies in. Refuses with `UnknownMailbox`, as all below. */
  folders(mailbox: string): Promise<readonly SeenFolder[]>;
  /** Newest first. Refuses with `folder-not-found`. */
  items(mailbox: string, asked: { readonly folder: number; readonly offset: number; readonly count: number }): Promise<Found<SeenItem>>;
  /** Refuses with `UnknownItem`. */
  item(mailbox: string, item: number): Promise<SeenItemWhole>;
  /** As `message/rfc822`. Refuses with `UnknownItem` and `ItemTooLarge`. */
  mime(mailbox: string, item: number): Promise<Buffer | AsyncIterable<Uint8Array>>;
  /** Appointments and occurrences that touch a period. */
  calendar(mailbox: string, period: { readonly start: Instant; readonly end: Instant }): Promise<Found<SeenAppointment>>;
  zones(): Promise<readonly { readonly zone: string; readonly records: readonly ResourceRecord[] }[]>;
}

export interface Found<Row> {
  readonly rows: readonly Row[];
  /** Of all that there are. */
  readonly total: number;
}

export interface SeenMailbox {
  readonly id: string;
  readonly organization: string;
  readonly address: string;
  readonly name: string;
  readonly kind: string;
  /** `SyncSource`, `SyncDestination`, `Locked` while it moves. */
  readonly moving: string | null;
}

export interface SeenFolder {
  readonly id: number;
  readonly parent: number | null;
  readonly role: string | null;
  readonly name: string;
  readonly class: string;
  readonly items: number;
  readonly unread: number;
}

export interface SeenItem {
  readonly id: number;
  readonly class: string;
  readonly subject: string;
  readonly from: string;
  /** ISO 8601; null where it was never delivered. */
  readonly received: string | null;
  readonly size: number;
  readonly read: boolean;
  readonly attachments: boolean;
}

export interface SeenItemWhole extends SeenItem {
  readonly to: readonly { readonly kind: string; readonly name: string; readonly address: string }[];
  readonly files: readonly string[];
  /** The words of the body, never markup; the beginning of a long one. */
  readonly text: string;
  readonly isTextWhole: boolean;
  /** What `.eml` answers, a character for an octet; the first 256 KiB of a long one. */
  readonly mime: string;
  readonly isMimeWhole: boolean;
}

export interface SeenAppointment {
  readonly id: number;
  readonly subject: string;
  readonly location: string;
  readonly start: string;
  readonly end: string;
  readonly recurring: boolean;
  /** `Free`, `Tentative`, `Busy`, `OOF`, `WorkingElsewhere`. */
  readonly status: string;
}

export type InsideRefusalCode = 'UnknownMailbox' | 'UnknownItem' | 'ItemTooLarge';

export interface InsideGround {
  readonly store: Store;
  readonly registry: Registry;
  readonly network: NetworkFacts;
}

/** As much as a message may have anywhere, and what it grows by. */
const mostOctets = 256 * 1024 * 1024;
const mostAppointments = 1_000;

const listed: readonly PropertyKey[] = [
  ...[tags.subject, tags.senderName, tags.senderSmtpAddress, tags.messageDeliveryTime, tags.creationTime],
  ...[tags.messageSize, tags.read, tags.hasAttachments],
];
const listedNeed: ItemNeed = { properties: listed };

export function createInsideControl({ store, registry, network }: InsideGround): InsideControl {
  const { read } = store;
  const mailboxRows = async () =>
    read
      .selectFrom('mailbox')
      .select(['guid', 'organization', 'recipient', 'kind', 'transit'])
      .where('deleted', 'is', null)
      .where('kind', '!=', 'public')
      .execute();
  const seenMailboxes = async (): Promise<readonly SeenMailbox[]> => {
    const rows = await mailboxRows();
    const names = (await registry.current()).all.map(({ name }) => name);
    const all = (await Promise.all(names.map((name) => readRecipients(read, name)))).flat();
    const people = new Map<string, Recipient>(all.map((one) => [one.guid, one]));
    const seen = rows.flatMap(({ guid, organization, recipient, kind, transit }): SeenMailbox[] => {
      const owner = people.get(recipient);
      return owner === undefined
        ? []
        : [{ id: guid, organization, address: owner.primaryAddress, name: owner.displayName, kind, moving: transit }];
    });
    return seen.toSorted((one, other) => compare(one.organization, other.organization) || compare(one.address, other.address));
  };
  /** The mailbox that an organisation keeps for who has an address, by the first of them that keeps one. */
  const ofAddress = async (address: string): Promise<Mailbox | undefined> => {
    for (const { name } of (await registry.current()).all) {
      const holder = await addressHolder(read, name, address);
      const [owner] = holder === undefined ? [] : await readRecipients(read, name, [holder]);
      const kept = owner === undefined ? null : localMailbox(owner);
      if (kept !== null) return getMailbox(read, kept);
    }
    return undefined;
  };
  const open = async (mailbox: string): Promise<Guid> => {
    const guid = parseGuid(mailbox);
    const found = guid === undefined ? await ofAddress(mailbox) : await getMailbox(read, guid);
    if (found === undefined || found.deleted !== undefined || found.kind === 'public')
      throw refusal('UnknownMailbox', `there is no mailbox ${JSON.stringify(mailbox)}`);
    return found.guid;
  };
  const readWhole = async (guid: Guid, item: number): Promise<ItemRow> => {
    const row = await getItem(read, guid, item, { properties: 'all', mime: true });
    if (row === undefined) throw refusal('UnknownItem', `there is no item ${item} in that mailbox`);
    return row;
  };

  return {
    async mailboxes({ text = '', offset, count }) {
      const folded = text.toLowerCase();
      const all = (await seenMailboxes()).filter(({ address, name }) => `${address}\n${name}`.toLowerCase().includes(folded));
      return { rows: all.slice(offset, offset + count), total: all.length };
    },
    async folders(mailbox) {
      return (await allFolders(read, await open(mailbox))).map((row) => ({
        ...{ id: row.counter, parent: row.parent, role: row.role, name: row.display_name, class: row.class },
        ...{ items: row.item_count, unread: row.unread_count },
      }));
    },
    async items(mailbox, { folder, offset, count }) {
      const guid = await open(mailbox);
      const page = { offset, count, from: 'beginning' } as const;
      const { items, total } = await findItems(read, { mailbox: guid, folder, page, need: listedNeed });
      return { rows: items.map(seenItem), total };
    },
    async item(mailbox, item) {
      const guid = await open(mailbox);
      const row = await readWhole(guid, item);
      const seen = seenItem(row);
      const [recipients, attachments] = await Promise.all([getRecipients(read, guid, [item]), getAttachments(read, guid, [item])]);
      const [words, mime] = [shownWords(row), await shownMime(read, guid, row)];
      return {
        ...seen,
        to: (recipients.get(item) ?? []).map(({ kind, name, address }) => ({ kind, name: name ?? '', address: address ?? '' })),
        files: (attachments.get(item) ?? []).map(({ name }) => name ?? ''),
        ...{ text: words.text, isTextWhole: words.isWhole, mime: mime.text, isMimeWhole: mime.isWhole },
      };
    },
    async mime(mailbox, item) {
      const guid = await open(mailbox);
      const row = await readWhole(guid, item);
      const { size } = seenItem(row);
      if (size > mostOctets) throw refusal('ItemTooLarge', `it has ${size} octets, and ${mostOctets} are shown at most`);
      return wholeMime(read, guid, row);
    },
    async calendar(mailbox, window) {
      const guid = await open(mailbox);
      const { counter: folder } = await requireFolder(read, guid, 'calendar');
      const asked = { mailbox: guid, folder, window, long: 'many', need: { properties: 'all' }, count: mostAppointments } as const;
      const { entries, total } = await calendarView(read, { ...asked, withoutPrivate: false });
      return { rows: entries.map(({ row, occurrence }) => appointmentOf(row, occurrence !== undefined)), total };
    },
    async zones() {
      const organizations = (await registry.current()).all;
      const zones = buildZones({ organizations, network, settings: await registry.settings('') });
      const names = [...new Set(organizations.flatMap(zonesOf))].toSorted();
      return names.map((zone) => ({ zone, records: zones.within(zone) }));
    },
  };
}

function seenItem(row: ItemRow): SeenItem {
  const received = itemProperty(row, tags.messageDeliveryTime) ?? itemProperty(row, tags.creationTime);
  return {
    ...{ id: row.counter, class: row.class, subject: textOf(row, tags.subject) },
    from: textOf(row, tags.senderName) || textOf(row, tags.senderSmtpAddress),
    received: typeof received === 'number' ? new Date(received).toISOString() : null,
    size: Number(itemProperty(row, tags.messageSize) ?? 0),
    read: itemProperty(row, tags.read) === true,
    attachments: itemProperty(row, tags.hasAttachments) === true,
  };
}

const statuses = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'];

function appointmentOf(row: ItemRow, recurring: boolean): SeenAppointment {
  const at = (key: PropertyKey): string => new Date(Number(itemProperty(row, key) ?? 0)).toISOString();
  return {
    ...{ id: row.counter, subject: textOf(row, tags.subject), location: textOf(row, named.location), recurring },
    ...{ start: at(named.appointmentStartWhole), end: at(named.appointmentEndWhole) },
    status: statuses[Number(itemProperty(row, named.busyStatus) ?? 2)] ?? 'Busy',
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function refusal(code: InsideRefusalCode, detail: string): Refusal<InsideRefusalCode> {
  return new Refusal(code, { detail });
}
