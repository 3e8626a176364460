import type { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

type Name = 'CreateAttachment' | 'DeleteAttachment' | 'ExportItems' | 'GetAttachment' | 'UploadItems';

/** Answers about attachments and streams of items; `mail` lies in one. */
export function contentSamples(mail: WireItem, id: string): { readonly [N in Name]: ResponseOf<(typeof contracts)[N]> } {
  const root = { RootItemId: id, RootItemChangeKey: 'CQ==' };
  return {
    CreateAttachment: [
      { class: 'Success', Attachments: [{ is: 'ItemAttachment', value: { AttachmentId: { Id: 'QQ==', ...root } } }] },
      errorMessage('ErrorAttachmentNestLevelLimitExceeded'),
    ],
    DeleteAttachment: [{ class: 'Success', RootItemId: root }, errorMessage('ErrorInvalidAttachmentId')],
    ExportItems: [
      { class: 'Success', ItemId: { Id: id, ChangeKey: 'CQ==' }, Data: Buffer.from([1, 0]) },
      errorMessage('ErrorItemNotFound'),
    ],
    GetAttachment: [
      {
        class: 'Success',
        Attachments: [
          { is: 'ItemAttachment', value: { AttachmentId: { Id: 'QQ==' }, Name: 'letter', item: { is: 'Message', value: mail } } },
          { is: 'FileAttachment', value: { Name: 'a', IsInline: true, IsContactPhoto: false, Content: Buffer.from('a') } },
          {
            is: 'ReferenceAttachment',
            value: { Name: 'b', AttachLongPathName: 'https://files.contoso.test/b', AttachmentIsFolder: false },
          },
        ],
      },
      errorMessage('ErrorInvalidAttachmentId'),
    ],
    UploadItems: [{ class: 'Success', ItemId: { Id: id, ChangeKey: 'CQ==' } }, errorMessage('ErrorCorruptData')],
  };
}
