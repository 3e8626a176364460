// node-ews and axios-ntlm against the host that the argument names (JSON). Both are as npm ships them and check certificates;
// NODE_EXTRA_CA_CERTS alone gives the CA. Prints one line of JSON per flow.
import { AxiosError, NtlmClient } from 'axios-ntlm';
import NodeEws from 'node-ews';

interface Surroundings {
  readonly premises: string;
  readonly cloud: string;
  readonly password: string;
  /** A token of joe's. */
  readonly token: string;
  /** A whole SOAP request. */
  readonly request: string;
}

const { premises, cloud, password, token, request } = JSON.parse(process.argv[2] ?? '') as Surroundings;
const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];

const inbox = { DistinguishedFolderId: { attributes: { Id: 'inbox' } } };
const shape = { BaseShape: 'Default' };

/** Reads, searches and writes with one client; answers what the library made of the answers. */
async function mail(client: NodeEws, recipient: string): Promise<object> {
  const folder = await client.run('GetFolder', { FolderShape: shape, FolderIds: inbox });
  const found = await client.run('FindItem', {
    attributes: { Traversal: 'Shallow' },
    ItemShape: shape,
    IndexedPageItemView: { attributes: { MaxEntriesReturned: '2', Offset: '0', BasePoint: 'Beginning' } },
    ParentFolderIds: inbox,
  });
  const created = await client.run('CreateItem', {
    attributes: { MessageDisposition: 'SendAndSaveCopy' },
    SavedItemFolderId: { DistinguishedFolderId: { attributes: { Id: 'sentitems' } } },
    Items: {
      Message: {
        ItemClass: 'IPM.Note',
        Subject: 'Ünder node-ews',
        Body: { attributes: { BodyType: 'Text' }, $value: 'From the description' },
        ToRecipients: { Mailbox: { EmailAddress: recipient } },
      },
    },
  });
  const missing = await client.run('GetItem', { ItemShape: shape, ItemIds: { ItemId: { attributes: { Id: 'AAMk' } } } });
  return { folder, found, created, missing };
}

/** A request that signs in by NTLM, or the status that it ends with. */
async function byNtlm(userName: string, secret: string): Promise<object> {
  const client = NtlmClient({ username: userName, password: secret, domain: 'CONTOSO' });
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  try {
    const { status, data } = await client.post<string>(`${premises}/EWS/Exchange.asmx`, request, { headers });
    return { status, body: data };
  } catch (error) {
    if (error instanceof AxiosError) return { status: error.response?.status, failure: error.code };
    throw error;
  }
}

function basic(secret: string): NodeEws {
  // On its own it waits for the first challenge to be Basic; here, as on a real server, others come before.
  const auth = { user: mary, pass: secret, sendImmediately: true };
  return new NodeEws({ host: premises, username: mary, password: secret, auth: 'basic' }, { auth });
}

const flows: Readonly<Record<string, () => Promise<object>>> = {
  'node-ews by Basic': () => mail(basic(password), 'rob@contoso.test'),
  'node-ews by Bearer': () => mail(new NodeEws({ host: cloud, username: joe, token, auth: 'bearer' }), joe),
  'node-ews with a wrong password': () => mail(basic('wrong'), 'rob@contoso.test'),
  'axios-ntlm': () => byNtlm('mary', password),
  'axios-ntlm with a wrong password': () => byNtlm('mary', 'wrong'),
};

for (const [flow, run] of Object.entries(flows)) {
  const outcome = await run().catch((error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }));
  process.stdout.write(`${JSON.stringify({ flow, outcome })}\n`);
}
