import type { ItemDraft } from '../../shared/domain/mailbox/draft.ts';
import { tags } from '../../shared/kernel/mapi.ts';
import { seededRandom } from '../../shared/kernel/random.ts';

const random = seededRandom('items that move');
const attached = 20 * 1_024;
const large = 1_024 ** 2;
const text = 'Hello,\r\n\r\nhere is what we have spoken about.\r\n\r\nKind regards\r\nMary\r\n'.repeat(20);
const classes = ['IPM.Note', 'IPM.Note', 'IPM.Appointment', 'IPM.Contact', 'IPM.Task'] as const;

/** Of each five: a letter, one with a file, an appointment, a contact, a task. */
export function mixedItem(number: number): ItemDraft {
  const kind = number % classes.length;
  return item(classes[kind] ?? 'IPM.Note', number, kind === 1 ? attached : 0);
}

/** A letter with a file of 1 MiB, whose octets do not shrink. */
export function largeMessage(number: number): ItemDraft {
  return item('IPM.Note', number, large);
}

function item(itemClass: string, number: number, octets: number): ItemDraft {
  const file = { kind: 'file', name: 'file.bin', isInline: false, bytes: Buffer.from(random.bytes(octets)) } as const;
  return {
    class: itemClass,
    properties: { [tags.subject]: `item ${number}`, [tags.body]: text, [tags.read]: number % 2 === 0 },
    recipients: itemClass === 'IPM.Note' ? [{ kind: 'to', name: 'Rob', address: 'rob@contoso.test', routingType: 'SMTP' }] : [],
    attachments: octets === 0 ? [] : [file],
  };
}
