import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setupTags } from '../../../shared/domain/organization/retention.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';
import { largest, type Mail, mailIn, mary } from './conversation-mail.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

describe('ApplyConversationAction', () => {
  async function apply(conversation: string, action: string, rest = '', context = ''): Promise<readonly string[]> {
    const { body } = await lab.ews(
      mary,
      `<m:ApplyConversationAction><m:ConversationActions><t:ConversationAction><t:Action>${action}</t:Action><t:ConversationId Id="${conversation}"/>` +
        `${context === '' ? '' : `<t:ContextFolderId><t:DistinguishedFolderId Id="${context}"/></t:ContextFolderId>`}${rest}</t:ConversationAction></m:ConversationActions></m:ApplyConversationAction>`,
    );
    return texts(body, 'ResponseCode');
  }
  const of = async (conversation: string, folder: string): Promise<readonly Mail[]> =>
    (await mailIn(lab, folder)).filter((mail) => mail.conversation === conversation);

  test('marks the items of one folder, and of all', async () => {
    const { conversation } = await largest(lab);
    expect(await apply(conversation, 'SetReadState', '<t:IsRead>false</t:IsRead>', 'inbox')).toEqual(['NoError']);
    expect(new Set((await of(conversation, 'inbox')).map(({ isRead }) => isRead))).toEqual(new Set([false]));
    expect(await apply(conversation, 'SetReadState', '<t:IsRead>true</t:IsRead>')).toEqual(['NoError']);
    expect(new Set((await of(conversation, 'inbox')).map(({ isRead }) => isRead))).toEqual(new Set([true]));
    expect(await apply(conversation, 'Flag', '<t:Flag><t:FlagStatus>Flagged</t:FlagStatus></t:Flag>', 'inbox')).toEqual(['NoError']);
    const inbox = '<m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId>';
    const { body } = await lab.ews(mary, `<m:FindConversation ViewFilter="Flagged">${inbox}</m:FindConversation>`);
    expect(attributes(body, 'ConversationId', 'Id')).toContain(conversation);
  });

  test('moves and deletes, but not what came after the client has looked', async () => {
    const { conversation } = await largest(lab);
    const before = await of(conversation, 'inbox');
    const oldest = before.map(({ received }) => received).toSorted()[0] ?? '';
    const until = new Date(Date.parse(oldest) + 1_000).toISOString();
    const move = '<t:DestinationFolderId><t:DistinguishedFolderId Id="notes"/></t:DestinationFolderId>';
    expect(await apply(conversation, 'Move', `<t:ConversationLastSyncTime>${until}</t:ConversationLastSyncTime>${move}`, 'inbox')).toEqual([
      'NoError',
    ]);
    const moved = before.filter(({ received }) => received <= until).length;
    expect(await of(conversation, 'notes')).toHaveLength(moved);
    expect(await of(conversation, 'inbox')).toHaveLength(before.length - moved);
    expect(await apply(conversation, 'Copy', move, 'inbox')).toEqual(['NoError']);
    expect(await of(conversation, 'notes')).toHaveLength(before.length);
    expect(await of(conversation, 'inbox')).toHaveLength(before.length - moved);
    expect(await apply(conversation, 'Delete', '<t:DeleteType>MoveToDeletedItems</t:DeleteType>')).toEqual(['NoError']);
    for (const folder of ['inbox', 'notes', 'sentitems']) expect(await of(conversation, folder)).toEqual([]);
    expect((await of(conversation, 'deleteditems')).length).toBeGreaterThanOrEqual(before.length);
  });

  const send = async (subject: string): Promise<void> => {
    const { body } = await lab.ews(
      'adam@contoso.test',
      `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
    );
    expect(texts(body, 'ResponseCode')).toEqual(['NoError']);
  };
  const started = async (subject: string): Promise<string> => {
    await send(subject);
    return (await mailIn(lab, 'inbox')).find((mail) => mail.subject === subject)?.conversation ?? '';
  };
  const counts = async (conversation: string, folders: readonly string[]): Promise<readonly number[]> => {
    const found: number[] = [];
    for (const folder of folders) found.push((await of(conversation, folder)).length);
    return found;
  };

  test('AlwaysMove moves what is there and what comes later, until it is ended', async () => {
    const conversation = await started('Elderberry');
    const places = ['inbox', 'notes', 'journal'];
    expect(await counts(conversation, places)).toEqual([1, 0, 0]);
    const to = (folder: string): string => `<t:DestinationFolderId><t:DistinguishedFolderId Id="${folder}"/></t:DestinationFolderId>`;
    expect(await apply(conversation, 'AlwaysMove', `<t:ProcessRightAway>true</t:ProcessRightAway>${to('notes')}`)).toEqual(['NoError']);
    await send('RE: Elderberry');
    await send('RE: Elder');
    expect(await counts(conversation, places)).toEqual([0, 2, 0]);
    expect(await apply(conversation, 'AlwaysMove', to('journal'))).toEqual(['NoError']);
    await send('RE: Elderberry');
    expect(await counts(conversation, places)).toEqual([0, 0, 3]);
    expect(await apply(conversation, 'AlwaysMove')).toEqual(['NoError']);
    await send('RE: Elderberry');
    expect(await counts(conversation, places)).toEqual([1, 0, 3]);
  });

  test('AlwaysDelete ignores a conversation; when that ends its items are in the Inbox again', async () => {
    const conversation = await started('Medlar');
    const places = ['inbox', 'deleteditems'];
    const ignoring = (on: boolean): Promise<readonly string[]> =>
      apply(conversation, 'AlwaysDelete', `<t:EnableAlwaysDelete>${on}</t:EnableAlwaysDelete>`);
    expect(await ignoring(true)).toEqual(['NoError']);
    await send('RE: Medlar');
    expect(await counts(conversation, places)).toEqual([0, 2]);
    expect(await ignoring(false)).toEqual(['NoError']);
    await send('RE: Medlar');
    expect(await counts(conversation, places)).toEqual([3, 0]);
    expect(await apply(conversation, 'Delete', '<t:DeleteType>MoveToDeletedItems</t:DeleteType>')).toEqual(['NoError']);
    expect(await ignoring(false)).toEqual(['NoError']);
    expect(await counts(conversation, places)).toEqual([0, 3]);
  });

  test('AlwaysCategorize: beside the categories that an item has; kept in a message of the settings folder', async () => {
    const conversation = await started('Sloe');
    const categorize = (...names: readonly string[]): Promise<readonly string[]> =>
      apply(
        conversation,
        'AlwaysCategorize',
        `<t:Categories>${names.map((name) => `<t:String>${name}</t:String>`).join('')}</t:Categories>`,
      );
    expect(await categorize('Red', 'Blue')).toEqual(['NoError']);
    await send('RE: Sloe');
    const shown = async (): Promise<readonly string[][]> => {
      const shape = ['item:Subject', 'item:Categories'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
      const { body } = await lab.ews(
        mary,
        `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
      );
      return all(body, 'Message')
        .filter((message) => texts(message, 'Subject')[0]?.includes('Sloe'))
        .map((message) => [...texts(message, 'String')]);
    };
    expect(await shown()).toEqual([
      ['Red', 'Blue'],
      ['Red', 'Blue'],
    ]);
    expect(await categorize('Green')).toEqual(['NoError']);
    expect(new Set((await shown()).map(String))).toEqual(new Set(['Red,Blue,Green']));
    const { body: folders } = await lab.ews(
      mary,
      '<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>',
    );
    const settings = all(folders, 'Folder').find((one) => texts(one, 'DisplayName')[0] === 'Conversation Action Settings');
    const id = attributes(settings ?? '<x/>', 'FolderId', 'Id')[0];
    const kept = async (): Promise<readonly string[]> => {
      const { body } = await lab.ews(
        mary,
        `<m:FindItem Traversal="Associated"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ItemClass"/><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:FolderId Id="${id}"/></m:ParentFolderIds></m:FindItem>`,
      );
      return [...texts(body, 'ItemClass'), ...texts(body, 'Subject')];
    };
    expect(await kept()).toEqual(['IPM.ConversationAction', 'Sloe']);
    expect(await apply(conversation, 'AlwaysCategorize')).toEqual(['NoError']);
    expect(await kept()).toEqual([]);
    await send('RE: Sloe');
    expect(new Set((await shown()).map(String))).toEqual(new Set(['Red,Blue,Green', '']));
  });

  test('SetRetentionPolicy gives the items a tag, and takes it away', async () => {
    const conversation = await started('Damson');
    await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -RetentionPolicy "Default MRM Policy"');
    const [remove, archive] = ['1 Month Delete', 'Personal 1 year move to archive'].map((name) =>
      String(setupTags.find(({ Name }) => Name === name)?.RetentionId),
    );
    const tagged = async (): Promise<readonly string[]> => {
      const [mail] = await of(conversation, 'inbox');
      const shape = ['item:PolicyTag', 'item:ArchiveTag'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
      const { body } = await lab.ews(
        mary,
        `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${mail?.id}"/></m:ItemIds></m:GetItem>`,
      );
      return ['PolicyTag', 'ArchiveTag'].flatMap((name) => [...texts(body, name), ...attributes(body, name, 'IsExplicit')].map(String));
    };
    const type = (name: string): string => `<t:RetentionPolicyType>${name}</t:RetentionPolicyType>`;
    const id = (guid = ''): string => `<t:RetentionPolicyTagId>${guid}</t:RetentionPolicyTagId>`;
    expect(await apply(conversation, 'SetRetentionPolicy', type('Delete') + id(remove))).toEqual(['NoError']);
    expect(await apply(conversation, 'SetRetentionPolicy', type('Archive') + id(archive))).toEqual(['NoError']);
    expect(await apply(conversation, 'SetRetentionPolicy', type('Archive') + id(remove))).toEqual(['ErrorInvalidRetentionTagTypeMismatch']);
    expect(await tagged()).toEqual([remove, 'true', archive, 'true']);
    expect(await apply(conversation, 'SetRetentionPolicy', type('Delete'))).toEqual(['NoError']);
    expect(await tagged()).toEqual([archive, 'true']);
  });

  test('what it does not do it says, and what is missing too', async () => {
    const { conversation } = await largest(lab);
    const hard = '<t:EnableAlwaysDelete>true</t:EnableAlwaysDelete><t:DeleteType>HardDelete</t:DeleteType>';
    const tag = '<t:RetentionPolicyType>Delete</t:RetentionPolicyType><t:RetentionPolicyTagId>none</t:RetentionPolicyTagId>';
    expect(await apply(conversation, 'SetRetentionPolicy', tag)).toEqual(['ErrorInvalidRetentionTagIdGuid']);
    expect(await apply(conversation, 'AlwaysDelete', hard)).toEqual(['ErrorInvalidOperation']);
    for (const action of ['Move', 'Copy', 'Delete', 'SetReadState', 'Flag', 'AlwaysDelete', 'SetRetentionPolicy'])
      expect([action, await apply(conversation, action)]).toEqual([action, ['ErrorMissingArgument']]);
  });
});
