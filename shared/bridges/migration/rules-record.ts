import { ruleReferences, withRuleReferences } from '../../domain/mailbox/rules/rule-messages.ts';
import type { Guid } from '../../kernel/ids.ts';
import { CorruptRecord, itemOf, type RecordedItem, recordOf } from './message-record.ts';
import { entryIdOf } from './references.ts';

// The rules of an Inbox: the messages that keep them, one after the other, each with its length (32 bits, least significant octet
// first). What their actions name are entry ids.

/** The octets of the rules. */
export function rulesRecordOf(mailbox: Guid, rules: readonly RecordedItem[]): Buffer {
  const parts = rules.flatMap((rule) => {
    const named = withRuleReferences(rule.draft.properties, (name) => (typeof name === 'number' ? entryIdOf(mailbox, name) : name));
    const record = recordOf({ ...rule, draft: { ...rule.draft, properties: named } });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(record.length);
    return [length, record];
  });
  return Buffer.concat(parts);
}

/** The inverse. Throws {@link CorruptRecord}. */
export function rulesOf(octets: Uint8Array): readonly RecordedItem[] {
  const record = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const rules: RecordedItem[] = [];
  for (let at = 0; at < record.length; ) {
    if (at + 4 > record.length) throw new CorruptRecord('cut off');
    const end = at + 4 + record.readUInt32LE(at);
    if (end > record.length) throw new CorruptRecord('cut off');
    rules.push(itemOf(record.subarray(at + 4, end)));
    at = end;
  }
  return rules;
}

/** The entry ids that rules name. */
export function entryIdsIn(rules: readonly RecordedItem[]): readonly string[] {
  return rules.flatMap(({ draft }) => ruleReferences(draft.properties).map(String));
}

/** A rule as it is to be written where others have these counters; what did not come is named by a counter that nothing has. */
export function ruleHere(rule: RecordedItem, counters: ReadonlyMap<string, number>): RecordedItem {
  const properties = withRuleReferences(rule.draft.properties, (name) => counters.get(String(name)) ?? 0);
  return { ...rule, draft: { ...rule.draft, properties } };
}
