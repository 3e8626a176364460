import { writeVerbStream } from '../../domain/mailbox/verb-stream.ts';
import { type ApprovalDecision, approvalClasses, approvalDecisions, approvalProperties } from '../../domain/mailflow/approvals.ts';
import type { TransportFacts, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import { editHeader, fieldValues } from '../../protocols/mime/edit-header.ts';

// What MIME has no words for of messages about approvals travels in header fields of the organisation's own, which the header firewall lets
// through between the two sides of a hybrid deployment alone. Exchange does it with TNEF and with fields whose form nobody has published;
// these are ours.

/** The buttons of a request: PidLidVerbStream. */
export const approvalVerbs = writeVerbStream([
  { name: 'Approve', answerClass: approvalClasses.approve, sendBehavior: 2 },
  { name: 'Reject', answerClass: approvalClasses.reject, sendBehavior: 2 },
]);

const prefix = 'X-MS-Exchange-Organization-Approval-';
const onTheWire: ReadonlySet<string> = new Set(Object.values(approvalClasses).filter((one) => one !== approvalClasses.initiation));
/** Addresses in a field; who has been through more moderators waits for the next one again. A bound of ours. */
const mostGranted = 20;

/** The octets of a message with the fields that say what it is among approvals, and for whom it has been approved. */
export function withApprovalFields(octets: Buffer, { item, facts }: Pick<TransportMessage, 'item' | 'facts'>): Buffer {
  const fields = [...(facts.authAs === 'Internal' ? classFields(item) : []), ...grantedFields(facts)];
  if (fields.length === 0) return octets;
  const isOurs = (name: string): boolean => name.toLowerCase().startsWith(prefix.toLowerCase());
  return editHeader(
    octets,
    (name) => (isOurs(name) ? undefined : name),
    fields.map(([name, value]) => `${prefix}${name}: ${value}`),
  );
}

type Field = readonly [name: string, value: string];

function classFields({ class: itemClass, properties }: TransportMessage['item']): readonly Field[] {
  if (!onTheWire.has(itemClass)) return [];
  const tag = properties[tags.reportTag];
  const decision = properties[approvalProperties.decision];
  const [maker, time] = [properties[approvalProperties.maker], properties[approvalProperties.time]];
  return [
    ['Class', itemClass],
    ...(typeof tag === 'string' ? [['Tag', tag] as const] : []),
    ...(typeof decision === 'number' ? [['Decision', String(decision)] as const] : []),
    ...(typeof maker === 'string' ? [['Maker', Buffer.from(maker).toString('base64')] as const] : []),
    ...(typeof time === 'number' ? [['Time', new Date(time).toISOString()] as const] : []),
  ];
}

function grantedFields({ approvedFor = [], approvedForMembers }: TransportFacts): readonly Field[] {
  return [
    ...approvedFor.slice(-mostGranted).map((address) => ['Granted', address] as const),
    ...(approvedForMembers === true ? [['Granted-Members', 'true'] as const] : []),
  ];
}

/** An item as the fields of its message have it; the octets are past the header firewall, so whoever wrote them may. */
export function withApprovalClass(item: TransportMessage['item'], octets: Buffer): TransportMessage['item'] {
  const said = (name: string): string | undefined => fieldValues(octets, `${prefix}${name}`)[0];
  const itemClass = said('Class');
  if (itemClass === undefined || !onTheWire.has(itemClass)) return item;
  const [tag, maker, time] = [said('Tag'), said('Maker'), Date.parse(said('Time') ?? '')];
  const decision = Number(said('Decision'));
  const properties: PropertyBag = {
    ...item.properties,
    ...(itemClass === approvalClasses.request ? { [named.verbStream]: approvalVerbs } : {}),
    ...(tag !== undefined && isBase64(tag) ? { [tags.reportTag]: tag } : {}),
    ...(Object.values(approvalDecisions).some((one) => one === decision) ? { [approvalProperties.decision]: decision } : {}),
    ...(maker !== undefined && isBase64(maker) ? { [approvalProperties.maker]: Buffer.from(maker, 'base64').toString() } : {}),
    ...(Number.isNaN(time) ? {} : { [approvalProperties.time]: time }),
  };
  return { ...item, class: itemClass, properties };
}

/** For whom the other side says that a message has been approved. */
export function grantedIn(octets: Buffer): Pick<TransportFacts, 'approvedFor' | 'approvedForMembers'> {
  const granted = fieldValues(octets, `${prefix}Granted`).filter((one) => /^[^@\s]+@[^@\s]+$/.test(one));
  return {
    ...(granted.length === 0 ? {} : { approvedFor: granted.slice(0, mostGranted) }),
    ...(fieldValues(octets, `${prefix}Granted-Members`)[0] === 'true' ? { approvedForMembers: true } : {}),
  };
}

/** How a reply decides; undefined where an item is none. */
export function decisionOf(itemClass: string): ApprovalDecision | undefined {
  const folded = itemClass.toLowerCase();
  if (folded === approvalClasses.approve.toLowerCase()) return 'Approve';
  return folded === approvalClasses.reject.toLowerCase() ? 'Reject' : undefined;
}

const longest = 1_000;

function isBase64(text: string): boolean {
  return text.length <= longest && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
