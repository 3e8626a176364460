import type { TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';

/** Whose mail it is. */
export const mary = 'mary@contoso.test';

export interface Mail {
  readonly id: string;
  readonly conversation: string;
  readonly subject: string;
  readonly received: string;
  readonly isRead: boolean;
  readonly folder: string;
}

/** What lies in a folder. */
export async function mailIn(lab: TestLab, folder: string): Promise<readonly Mail[]> {
  const uris = ['item:Subject', 'item:DateTimeReceived', 'message:IsRead', 'item:ConversationId'];
  const shape = uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const { body } = await lab.ews(
    mary,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return all(body, 'Message').map((message) => ({
    id: attributes(message, 'ItemId', 'Id')[0] ?? '',
    conversation: attributes(message, 'ConversationId', 'Id')[0] ?? '',
    subject: texts(message, 'Subject')[0] ?? '',
    received: texts(message, 'DateTimeReceived')[0] ?? '',
    isRead: texts(message, 'IsRead')[0] === 'true',
    folder,
  }));
}

/** The conversation with the most messages in the Inbox, and all messages of it, wherever they lie. */
export async function largest(lab: TestLab): Promise<{ readonly conversation: string; readonly mail: readonly Mail[] }> {
  const everything = (
    await Promise.all(['inbox', 'sentitems', 'drafts', 'deleteditems', 'junkemail'].map((folder) => mailIn(lab, folder)))
  ).flat();
  const groups = [...Map.groupBy(everything, ({ conversation }) => conversation)];
  const inInbox = (mail: readonly Mail[]): number => mail.filter(({ folder }) => folder === 'inbox').length;
  const [conversation, mail] = groups.toSorted(([, one], [, other]) => inInbox(other) - inInbox(one))[0] ?? ['', []];
  return { conversation, mail };
}
