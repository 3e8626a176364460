import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItems, getRecipients, type RecipientRow } from '../../../shared/domain/mailbox/items.ts';
import { plainText } from '../../../shared/domain/mailbox/plain-text.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { idWriter } from '../../../shared/protocols/ews/item-id.ts';
import type { searchMailboxes } from '../../../shared/protocols/ews/operations/search-mailboxes.ts';
import type { EwsCall } from '../context.ts';
import { storeOf } from '../known-mailboxes.ts';
import { extendedOf, type PlannedExtended } from '../views/extended-plan.ts';
import type { Hit } from './search.ts';

type Answer = Extract<ResponseOf<typeof searchMailboxes>[number], { class: 'Success' }>;
type PreviewItem = NonNullable<NonNullable<Answer['SearchMailboxesResult']>['Items']>[number];

const properties = [
  ...[tags.messageClass, tags.subject, tags.senderName, tags.sentRepresentingName, tags.creationTime, tags.messageDeliveryTime],
  ...[tags.clientSubmitTime, tags.messageSize, tags.importance, tags.read, tags.hasAttachments, tags.body, tags.bodyHtml],
];
const importances = ['Low', 'Normal', 'High'] as const;
/** HTML that the words of a preview are taken from. */
const previewSource = 50_000;

/** What is shown of an item. */
interface PreviewShape {
  /** Only what names and sorts it: "only selected properties are shown" (page "BaseShape (PreviewItemBaseShapeType)"; which, is inferred). */
  readonly isCompact: boolean;
  readonly extended: readonly PlannedExtended[];
}

/** Items as a search previews them. One that has gone since is left out. */
export async function previewItems(
  call: EwsCall,
  hits: readonly Hit[],
  { isCompact, extended }: PreviewShape,
): Promise<readonly PreviewItem[]> {
  const { store } = call.context;
  const shown = new Map<Hit, PreviewItem>();
  for (const [mailbox, some] of Map.groupBy(hits, (hit) => hit.mailbox)) {
    const key = await storeOf(store, mailbox);
    if (key === undefined) continue;
    const ids = idWriter(key);
    const counters = some.map(({ counter }) => counter);
    const rows = await getItems(store.read, mailbox, counters, { properties: [...properties, ...extended.map((one) => one.key)] });
    const recipients = await getRecipients(store.read, mailbox, counters);
    for (const hit of some) {
      const row = rows.get(hit.counter);
      if (row === undefined) continue;
      const known: PreviewItem = {
        Id: { Id: ids.itemId(row.folder, row.counter), ChangeKey: 'CQAAAA==' },
        Mailbox: { MailboxId: hit.owner.legacyDn, PrimarySmtpAddress: hit.owner.primaryAddress },
        ParentId: { Id: ids.folderId(row.folder), ChangeKey: 'AQAAAA==' },
        ItemClass: row.class,
        UniqueHash: hit.hash,
        SortValue: referenceOf(hit),
        Size: String(itemProperty(row, tags.messageSize) ?? 0),
      };
      const ExtendedProperties = extendedOf(row, extended);
      shown.set(hit, {
        ...known,
        ...(isCompact ? {} : preview(row, recipients.get(hit.counter) ?? [])),
        ...(ExtendedProperties.length === 0 ? {} : { ExtendedProperties }),
      });
    }
  }
  return hits.flatMap((hit) => shown.get(hit) ?? []);
}

function preview(row: ItemRow, all: readonly RecipientRow[]): Partial<PreviewItem> {
  const of = (name: keyof typeof tags): PropertyValue | undefined => itemProperty(row, tags[name]);
  const text = (name: keyof typeof tags): string => String(of(name) ?? '');
  const time = (name: keyof typeof tags): number | undefined => of(name) as number | undefined;
  const plain = text('body') || plainText(text('bodyHtml').slice(0, previewSource));
  return {
    Sender: text('sentRepresentingName') || text('senderName'),
    ...addresses('ToRecipients', all, 'to'),
    ...addresses('CcRecipients', all, 'cc'),
    ...addresses('BccRecipients', all, 'bcc'),
    CreatedTime: time('creationTime'),
    ReceivedTime: time('messageDeliveryTime'),
    SentTime: time('clientSubmitTime'),
    Subject: text('subject'),
    Preview: plain.replace(/\s+/g, ' ').trim().slice(0, 255),
    Importance: importances[Number(of('importance') ?? 1)] ?? 'Normal',
    Read: of('read') === true,
    HasAttachment: of('hasAttachments') === true,
  };
}

/** SortValue of an item: what a client hands back as PageItemReference. */
export function referenceOf({ mailbox, counter }: Pick<Hit, 'mailbox' | 'counter'>): string {
  return `${mailbox}:${counter}`;
}

function addresses(
  name: 'ToRecipients' | 'CcRecipients' | 'BccRecipients',
  all: readonly RecipientRow[],
  kind: string,
): Partial<PreviewItem> {
  const some = all.filter((recipient) => recipient.kind === kind && recipient.address !== '').map(({ address }) => address);
  return some.length === 0 ? {} : { [name]: some };
}
