/** A place of a request in which an id stands. */
export interface IdPlace {
  /** `GetItem`, or with what distinguishes it from the operation's other places. */
  readonly name: string;
  readonly kind: 'item' | 'folder' | 'attachment' | 'conversation' | 'subscription' | 'persona';
  /** Whether several may stand there. */
  readonly isList: boolean;
  /**
   * The Body of a request with these ids there; whatever else it says is good, once `{item}`, `{key}` (its change key),
   * `{folder}`, `{conversation}` and `{data}` (of an exported item) are filled in.
   */
  readonly body: (ids: readonly string[]) => string;
}

const shape = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';
const folderShape = '<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>';
const page = '<m:IndexedPageItemView MaxEntriesReturned="2" Offset="0" BasePoint="Beginning"/>';
const inbox = '<t:DistinguishedFolderId Id="inbox"/>';
const toInbox = `<m:ToFolderId>${inbox}</m:ToFolderId>`;
const message = '<t:Message><t:Subject>s</t:Subject></t:Message>';
const newFolder = '<t:Folder><t:DisplayName>f</t:DisplayName></t:Folder>';
const rename = `<t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:FolderClass"/><t:Folder><t:FolderClass>IPF.Note</t:FolderClass></t:Folder></t:SetFolderField></t:Updates>`;
const change = `<t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/>${message}</t:SetItemField></t:Updates>`;

const elements = (tag: string, ids: readonly string[]): string => ids.map((id) => `<t:${tag} Id="${id}"/>`).join('');
const items = (ids: readonly string[]): string => `<m:ItemIds>${elements('ItemId', ids)}</m:ItemIds>`;
const sent = (ids: readonly string[]): string =>
  `<m:ItemIds>${ids.map((id) => `<t:ItemId Id="${id}" ChangeKey="{key}"/>`).join('')}</m:ItemIds>`;
const folders = (ids: readonly string[], tag = 'FolderIds'): string => `<m:${tag}>${elements('FolderId', ids)}</m:${tag}>`;

function list(name: string, kind: IdPlace['kind'], body: IdPlace['body']): IdPlace {
  return { name, kind, isList: true, body };
}

function single(name: string, kind: IdPlace['kind'], body: (id: string) => string): IdPlace {
  return { name, kind, isList: false, body: ([id = '']) => body(id) };
}

/** The name of the operation at the end of which the body stands, with attributes. */
function request(name: string, content: string, attributes = ''): string {
  return `<m:${name}${attributes}>${content}</m:${name}>`;
}

function configuration(name: string, content: (named: string) => string): IdPlace {
  const named = (id: string): string => content(`Name="Palette"><t:FolderId Id="${id}"/>`);
  return single(name, 'folder', (id) => request(name, named(id)));
}

const inUserConfiguration = (named: string): string =>
  `<m:UserConfiguration><t:UserConfigurationName ${named}</t:UserConfigurationName><t:XmlData>PHNoYXBlcy8+</t:XmlData></m:UserConfiguration>`;
const inName = (named: string): string => `<m:UserConfigurationName ${named}</m:UserConfigurationName>`;

/** Every place of an id in what is answered here. */
export const idPlaces: readonly IdPlace[] = [
  list('GetItem', 'item', (ids) => request('GetItem', shape + items(ids))),
  list('CopyItem', 'item', (ids) => request('CopyItem', toInbox + items(ids))),
  list('MoveItem', 'item', (ids) => request('MoveItem', toInbox + items(ids))),
  list('DeleteItem', 'item', (ids) =>
    request('DeleteItem', items(ids), ' DeleteType="MoveToDeletedItems" AffectedTaskOccurrences="AllOccurrences"'),
  ),
  list('SendItem', 'item', (ids) => request('SendItem', sent(ids), ' SaveItemToFolder="false"')),
  list('UpdateItem', 'item', (ids) =>
    request(
      'UpdateItem',
      `<m:ItemChanges>${ids.map((id) => `<t:ItemChange><t:ItemId Id="${id}"/>${change}</t:ItemChange>`).join('')}</m:ItemChanges>`,
      ' ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"',
    ),
  ),
  single('UpdateItemInRecoverableItems', 'item', (id) =>
    request('UpdateItemInRecoverableItems', `<m:ItemId Id="${id}"/>${change.replaceAll('t:Updates', 'm:Updates')}`),
  ),
  list('MarkAsJunk', 'item', (ids) => request('MarkAsJunk', items(ids), ' IsJunk="false" MoveItem="false"')),
  list('ArchiveItem', 'item', (ids) => request('ArchiveItem', `<m:ArchiveSourceFolderId>${inbox}</m:ArchiveSourceFolderId>${items(ids)}`)),
  list('PerformReminderAction', 'item', (ids) =>
    request(
      'PerformReminderAction',
      `<m:ReminderItemActions>${ids.map((id) => `<t:ReminderItemAction><t:ActionType>Dismiss</t:ActionType><t:ItemId Id="${id}" ChangeKey="{key}"/></t:ReminderItemAction>`).join('')}</m:ReminderItemActions>`,
    ),
  ),
  single('ExpandDL', 'item', (id) => request('ExpandDL', `<m:Mailbox><t:ItemId Id="${id}"/></m:Mailbox>`)),
  list('ExportItems', 'item', (ids) => request('ExportItems', items(ids))),
  list('UploadItems in place of', 'item', (ids) =>
    request(
      'UploadItems',
      `<m:Items>${ids.map((id) => `<t:Item CreateAction="Update"><t:ParentFolderId Id="{folder}"/><t:ItemId Id="${id}"/><t:Data>{data}</t:Data></t:Item>`).join('')}</m:Items>`,
    ),
  ),
  single('CreateAttachment', 'item', (id) =>
    request(
      'CreateAttachment',
      `<m:ParentItemId Id="${id}"/><m:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>YQ==</t:Content></t:FileAttachment></m:Attachments>`,
    ),
  ),
  list('CreateItem in answer to', 'item', (ids) =>
    request(
      'CreateItem',
      `<m:Items>${ids.map((id) => `<t:ForwardItem><t:ReferenceItemId Id="${id}"/></t:ForwardItem>`).join('')}</m:Items>`,
      ' MessageDisposition="SaveOnly"',
    ),
  ),
  list('CreateItem without a receipt for', 'item', (ids) =>
    request(
      'CreateItem',
      `<m:Items>${ids.map((id) => `<t:SuppressReadReceipt><t:ReferenceItemId Id="${id}"/></t:SuppressReadReceipt>`).join('')}</m:Items>`,
      ' MessageDisposition="SaveOnly"',
    ),
  ),
  single('SyncFolderItems that ignores', 'item', (id) =>
    request(
      'SyncFolderItems',
      `${shape}<m:SyncFolderId>${inbox}</m:SyncFolderId><m:Ignore>${elements('ItemId', [id])}</m:Ignore><m:MaxChangesReturned>1</m:MaxChangesReturned>`,
    ),
  ),
  list('GetAttachment', 'attachment', (ids) =>
    request('GetAttachment', `<m:AttachmentIds>${elements('AttachmentId', ids)}</m:AttachmentIds>`),
  ),
  list('DeleteAttachment', 'attachment', (ids) =>
    request('DeleteAttachment', `<m:AttachmentIds>${elements('AttachmentId', ids)}</m:AttachmentIds>`),
  ),
  list('GetFolder', 'folder', (ids) => request('GetFolder', folderShape + folders(ids))),
  list('FindFolder', 'folder', (ids) => request('FindFolder', folderShape + folders(ids, 'ParentFolderIds'), ' Traversal="Shallow"')),
  list('FindItem', 'folder', (ids) => request('FindItem', shape + page + folders(ids, 'ParentFolderIds'), ' Traversal="Shallow"')),
  list('DeleteFolder', 'folder', (ids) => request('DeleteFolder', folders(ids), ' DeleteType="MoveToDeletedItems"')),
  list('EmptyFolder', 'folder', (ids) => request('EmptyFolder', folders(ids), ' DeleteType="MoveToDeletedItems" DeleteSubFolders="false"')),
  list('MarkAllItemsAsRead', 'folder', (ids) =>
    request('MarkAllItemsAsRead', `<m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts>${folders(ids)}`),
  ),
  list('UpdateFolder', 'folder', (ids) =>
    request(
      'UpdateFolder',
      `<m:FolderChanges>${ids.map((id) => `<t:FolderChange><t:FolderId Id="${id}"/>${rename}</t:FolderChange>`).join('')}</m:FolderChanges>`,
    ),
  ),
  list('MoveFolder', 'folder', (ids) => request('MoveFolder', toInbox + folders(ids))),
  list('CopyFolder', 'folder', (ids) => request('CopyFolder', toInbox + folders(ids))),
  single('MoveFolder to', 'folder', (id) =>
    request('MoveFolder', `${folders([id], 'ToFolderId')}<m:FolderIds>${elements('FolderId', ['{folder}'])}</m:FolderIds>`),
  ),
  single('CopyFolder to', 'folder', (id) =>
    request('CopyFolder', `${folders([id], 'ToFolderId')}<m:FolderIds>${elements('FolderId', ['{folder}'])}</m:FolderIds>`),
  ),
  single('MoveItem to', 'folder', (id) => request('MoveItem', folders([id], 'ToFolderId') + items(['{item}']))),
  single('CopyItem to', 'folder', (id) => request('CopyItem', folders([id], 'ToFolderId') + items(['{item}']))),
  single('ArchiveItem from', 'folder', (id) => request('ArchiveItem', folders([id], 'ArchiveSourceFolderId') + items(['{item}']))),
  single('SendItem saved to', 'folder', (id) =>
    request('SendItem', sent(['{item}']) + folders([id], 'SavedItemFolderId'), ' SaveItemToFolder="true"'),
  ),
  single('CreateItem saved to', 'folder', (id) =>
    request('CreateItem', `${folders([id], 'SavedItemFolderId')}<m:Items>${message}</m:Items>`, ' MessageDisposition="SaveOnly"'),
  ),
  single('CreateFolder', 'folder', (id) =>
    request('CreateFolder', `${folders([id], 'ParentFolderId')}<m:Folders>${newFolder}</m:Folders>`),
  ),
  single('CreateFolderPath', 'folder', (id) =>
    request('CreateFolderPath', `${folders([id], 'ParentFolderId')}<m:RelativeFolderPath>${newFolder}</m:RelativeFolderPath>`),
  ),
  single('UploadItems to', 'folder', (id) =>
    request(
      'UploadItems',
      `<m:Items><t:Item CreateAction="CreateNew"><t:ParentFolderId Id="${id}"/><t:Data>{data}</t:Data></t:Item></m:Items>`,
    ),
  ),
  single('SyncFolderItems', 'folder', (id) =>
    request('SyncFolderItems', `${shape}${folders([id], 'SyncFolderId')}<m:MaxChangesReturned>1</m:MaxChangesReturned>`),
  ),
  single('SyncFolderHierarchy', 'folder', (id) => request('SyncFolderHierarchy', folderShape + folders([id], 'SyncFolderId'))),
  single('FindConversation', 'folder', (id) => request('FindConversation', page + folders([id], 'ParentFolderId'))),
  list('Subscribe', 'folder', (ids) =>
    request(
      'Subscribe',
      `<m:StreamingSubscriptionRequest><t:FolderIds>${elements('FolderId', ids)}</t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest>`,
    ),
  ),
  single('FindPeople', 'folder', (id) => request('FindPeople', page + folders([id], 'ParentFolderId'))),
  single('GetPersona', 'persona', (id) => request('GetPersona', `<m:PersonaId Id="${id}"/>`)),
  single('ResolveNames', 'folder', (id) =>
    request(
      'ResolveNames',
      `${folders([id], 'ParentFolderIds')}<m:UnresolvedEntry>mary</m:UnresolvedEntry>`,
      ' ReturnFullContactData="false" SearchScope="Contacts"',
    ),
  ),
  configuration('CreateUserConfiguration', inUserConfiguration),
  configuration('UpdateUserConfiguration', inUserConfiguration),
  configuration('GetUserConfiguration', (named) => `${inName(named)}<m:UserConfigurationProperties>Id</m:UserConfigurationProperties>`),
  configuration('DeleteUserConfiguration', inName),
  list('GetConversationItems', 'conversation', (ids) =>
    request(
      'GetConversationItems',
      `${shape}<m:Conversations>${ids.map((id) => `<t:Conversation><t:ConversationId Id="${id}"/></t:Conversation>`).join('')}</m:Conversations>`,
    ),
  ),
  list('GetConversationItems that ignores', 'folder', (ids) =>
    request(
      'GetConversationItems',
      `${shape}${folders(ids, 'FoldersToIgnore')}<m:Conversations><t:Conversation><t:ConversationId Id="{conversation}"/></t:Conversation></m:Conversations>`,
    ),
  ),
  list('ApplyConversationAction', 'conversation', (ids) =>
    request(
      'ApplyConversationAction',
      `<m:ConversationActions>${ids.map((id) => `<t:ConversationAction><t:Action>SetReadState</t:Action><t:ConversationId Id="${id}"/><t:IsRead>true</t:IsRead></t:ConversationAction>`).join('')}</m:ConversationActions>`,
    ),
  ),
  single('ApplyConversationAction to', 'folder', (id) =>
    request(
      'ApplyConversationAction',
      `<m:ConversationActions><t:ConversationAction><t:Action>Move</t:Action><t:ConversationId Id="{conversation}"/><t:DestinationFolderId>${elements('FolderId', [id])}</t:DestinationFolderId></t:ConversationAction></m:ConversationActions>`,
    ),
  ),
  single('ApplyConversationAction within', 'folder', (id) =>
    request(
      'ApplyConversationAction',
      `<m:ConversationActions><t:ConversationAction><t:Action>SetReadState</t:Action><t:ConversationId Id="{conversation}"/><t:ContextFolderId>${elements('FolderId', [id])}</t:ContextFolderId><t:IsRead>true</t:IsRead></t:ConversationAction></m:ConversationActions>`,
    ),
  ),
  single('GetEvents', 'subscription', (id) =>
    request('GetEvents', `<m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>AAAAAMUBAAAAAAAAAQ==</m:Watermark>`),
  ),
  single('Unsubscribe', 'subscription', (id) => request('Unsubscribe', `<m:SubscriptionId>${id}</m:SubscriptionId>`)),
  list('GetStreamingEvents', 'subscription', (ids) =>
    request(
      'GetStreamingEvents',
      `<m:SubscriptionIds>${ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('')}</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout>`,
    ),
  ),
  list('ConvertId', 'item', (ids) =>
    request(
      'ConvertId',
      `<m:SourceIds>${ids.map((id) => `<t:AlternateId Format="EwsId" Id="${id}" Mailbox="mary@contoso.test"/>`).join('')}</m:SourceIds>`,
      ' DestinationFormat="EntryId"',
    ),
  ),
];
