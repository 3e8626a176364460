import { present } from '../../../shared/kernel/assert.ts';
import type { getAttachment as contract } from '../../../shared/protocols/ews/operations/get-attachment.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { viewAttachment } from '../attachments/attachment-view.ts';
import { openAttachment } from '../attachments/open-attachment.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planItems } from '../views/item-plan.ts';
import { viewEmbedded } from '../views/item-view.ts';
import { answerWeight, octetsOf } from '../views/weight.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation. Of an item all its
 * properties, as the page on the element GetAttachment says, with what the shape asks for besides.
 */
export const getAttachment: Operation<typeof contract> = async (call, { AttachmentShape, AttachmentIds }) => {
  const plan = planItems({ ...AttachmentShape, BaseShape: 'AllProperties' }, false);
  const { read } = call.context.store;
  const weight = answerWeight();
  return perItem(call, AttachmentIds, async ({ Id }) => {
    weight.check();
    const { mailbox, root, within, day, attachment } = await openAttachment(call, Id);
    const shown = viewAttachment({ mailbox, row: root, within, day }, attachment);
    if (shown.is === 'FileAttachment') {
      const hash = present(attachment.blob, 'the content of a file attachment');
      const Content = present(await readBlob(read, hash), `blob ${hash}`);
      weight.add(Content.length);
      return { class: 'Success', Attachments: [{ ...shown, value: { ...shown.value, Content } }] } as const;
    }
    if (shown.is === 'ReferenceAttachment') return { class: 'Success', Attachments: [shown] } as const;
    const value = await viewEmbedded(call, mailbox, { attachment, root, within: [...within, attachment.number], day }, plan);
    weight.add(octetsOf(value));
    const item = { is: value.element, value } as NonNullable<(typeof shown.value)['item']>;
    return { class: 'Success', Attachments: [{ ...shown, value: { ...shown.value, item } }] } as const;
  });
};
