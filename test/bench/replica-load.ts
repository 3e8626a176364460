import { present } from '../../shared/kernel/assert.ts';
import type { ClientRegistration } from '../../shared/service/endpoints-document.ts';
import { basic } from '../support/soap.ts';
import { ask, openOneConnection } from './one-connection.ts';
import type { ReplicaLab } from './replica-labs.ts';

/** What a person asks for, one after the other, in each turn. */
export const operations = ['GetFolder', 'FindItem', 'CreateItem', 'GetItem', 'UpdateItem', 'SyncFolderItems'] as const;
type Operation = (typeof operations)[number];

/** A person with a connection to each replica, which are kept; each next request goes to the next replica. */
export interface Person {
  /** Does one turn of all operations, each turn beginning with another replica. */
  turn(): Promise<void>;
  /** Does one operation of a turn; they come in their order. */
  act(operation: Operation): Promise<void>;
  close(): void;
}

const inbox = '<t:DistinguishedFolderId Id="inbox"/>';
const drafts = '<t:DistinguishedFolderId Id="drafts"/>';
const idOnly = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';
const usual = '<m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>';
const page = '<m:IndexedPageItemView MaxEntriesReturned="20" Offset="0" BasePoint="Beginning"/>';
const subject = (text: string): string => `<t:Subject>${text}</t:Subject>`;
const rename = `<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message>${subject('once more')}</t:Message></t:SetItemField>`;

/** Somebody of Contoso; `number` tells their messages apart. */
export function openPerson(
  { replicas }: ReplicaLab,
  { userName, password }: { readonly userName: string; readonly password: string },
): Person {
  const headers = { authorization: basic(userName, password) };
  const connections = replicas.map(({ https }) => openOneConnection(https));
  let [asked, item, syncState] = [0, '', ''];
  const next = (body: string): Promise<string> => {
    const turn = Math.floor(asked / operations.length);
    const connection = present(connections[(asked + turn) % connections.length], 'a connection');
    asked += 1;
    return ask(connection, { body, headers });
  };
  const bodies: Readonly<Record<Operation, () => string>> = {
    GetFolder: () =>
      `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${inbox}</m:FolderIds></m:GetFolder>`,
    FindItem: () => `<m:FindItem Traversal="Shallow">${usual}${page}<m:ParentFolderIds>${inbox}</m:ParentFolderIds></m:FindItem>`,
    CreateItem: () =>
      `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${drafts}</m:SavedItemFolderId><m:Items><t:Message>${subject(`number ${asked}`)}<t:Body BodyType="Text">So much for now.</t:Body></t:Message></m:Items></m:CreateItem>`,
    GetItem: () => `<m:GetItem>${usual}<m:ItemIds>${item}</m:ItemIds></m:GetItem>`,
    UpdateItem: () =>
      `<m:UpdateItem ConflictResolution="AutoResolve" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange>${item}<t:Updates>${rename}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    SyncFolderItems: () =>
      `<m:SyncFolderItems>${idOnly}<m:SyncFolderId>${drafts}</m:SyncFolderId>${syncState}<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>`,
  };
  const act = async (operation: Operation): Promise<void> => {
    const answer = await next(bodies[operation]());
    // What was created is what is looked at and changed; what was shown once is not shown again.
    if (operation === 'CreateItem') item = present(/<t:ItemId [^>]*\/>/.exec(answer)?.[0], answer);
    if (operation === 'SyncFolderItems') syncState = present(/<m:SyncState>[^<]+<\/m:SyncState>/.exec(answer)?.[0], answer);
  };
  return {
    async turn() {
      for (const operation of operations) await act(operation);
    },
    act,
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

/** A client that asks each authentication service in turn for a token with its secret. */
export function openApplication({ replicas, endpoints }: ReplicaLab): Pick<Person, 'turn' | 'close'> {
  const connections = replicas.map(({ authority }) => openOneConnection(authority));
  const [{ tenantId, application }] = Object.values(endpoints.organizations).flatMap(({ tenantId, clients = [] }) => {
    const application = clients.find(({ clientSecret }) => clientSecret !== undefined);
    return tenantId === undefined || application === undefined ? [] : [{ tenantId, application }];
  }) as [{ readonly tenantId: string; readonly application: ClientRegistration }];
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: application.clientId,
    client_secret: application.clientSecret ?? '',
    scope: 'https://outlook.office365.test/.default',
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  let asked = 0;
  return {
    async turn() {
      for (let each = 0; each < operations.length; each += 1) {
        const connection = present(connections[asked % connections.length], 'a connection');
        asked += 1;
        const { status, body } = await connection.post(`/${tenantId}/oauth2/v2.0/token`, form, headers);
        if (status !== 200) throw new Error(`${status} ${body.toString()}`);
      }
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
