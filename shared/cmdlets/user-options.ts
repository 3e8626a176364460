import type { FolderRow } from '../domain/mailbox/folder-columns.ts';
import type { ItemRow } from '../domain/mailbox/item-columns.ts';
import { createItem } from '../domain/mailbox/item-writes.ts';
import { itemProperty } from '../domain/mailbox/property-reader.ts';
import { updateItem } from '../domain/mailbox/update-item.ts';
import { configurationClass, findConfiguration } from '../domain/mailbox/user-configuration.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Guid } from '../kernel/ids.ts';
import { tags } from '../kernel/mapi.ts';
import { decodeDictionary, encodeDictionary } from '../protocols/ews/roaming-dictionary.ts';
import type { DictionaryEntry } from '../protocols/ews/types/user-configuration.ts';
import { cmdletRefusal } from './cmdlet.ts';

/**
 * What Outlook on the web keeps of its user, in the root folder of the mailbox: the configuration objects of clients and these
 * cmdlets are one (learn.microsoft.com/graph, userConfiguration; names of entries as gsexdev.blogspot.com shows them).
 */
const name = 'OWA.UserOptions';
/** Bit of PidTagRoamingDatatypes: there is a dictionary (MS-OXOCFG 2.2.2.1). */
const hasDictionary = 4;

/** A text among the options of the user whose root folder that is; undefined where there is none. */
export async function userOption(tx: Transaction, root: FolderRow, key: string): Promise<string | undefined> {
  const found = await findConfiguration(tx, root.mailbox as Guid, root.counter, name);
  const value = entriesOf(found).find((entry) => isNamed(entry, key))?.DictionaryValue;
  return value?.Type === 'String' ? value.Value[0] : undefined;
}

/**
 * Sets a text among the options, and leaves the others as they are. What a client has written that is no dictionary goes.
 * Refuses with `operation-failed` where the options have no room for one more.
 */
export async function setUserOption(tx: Transaction, root: FolderRow, key: string, value: string, instant: Instant): Promise<void> {
  const mailbox = root.mailbox as Guid;
  const found = await findConfiguration(tx, mailbox, root.counter, name);
  const others = entriesOf(found).filter((entry) => !isNamed(entry, key));
  const set = { DictionaryKey: { Type: 'String', Value: [key] }, DictionaryValue: { Type: 'String', Value: [value] } } as const;
  const stream = encodeDictionary([...others, set]);
  if (stream === undefined) throw cmdletRefusal('operation-failed', `The options of the user, ${name}, are full.`);
  const properties = {
    [tags.roamingDictionary]: stream.toString('base64'),
    [tags.roamingDatatypes]: Number((found && itemProperty(found, tags.roamingDatatypes)) ?? 0) | hasDictionary,
  };
  if (found !== undefined) await updateItem(tx, mailbox, found.counter, { set: properties }, 'any', instant);
  else {
    const draft = { class: configurationClass(name), properties, recipients: [], attachments: [], associated: true };
    await createItem(tx, mailbox, root.counter, draft, instant);
  }
}

function isNamed({ DictionaryKey: { Type, Value } }: DictionaryEntry, key: string): boolean {
  return Type === 'String' && Value[0] === key;
}

function entriesOf(found: ItemRow | undefined): readonly DictionaryEntry[] {
  const stored = found && itemProperty(found, tags.roamingDictionary);
  return (typeof stored === 'string' ? decodeDictionary(Buffer.from(stored, 'base64')) : undefined) ?? [];
}
