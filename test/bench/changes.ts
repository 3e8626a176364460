import { present } from '../../shared/kernel/assert.ts';
import { decodeFolderId } from '../../shared/protocols/ews/item-id.ts';
import type { BenchLab } from './bench-lab.ts';
import { ask, type OneConnection, openOneConnection } from './one-connection.ts';
import { median, type Row } from './row.ts';

const folder = { name: 'Synchronised', messages: 10_000 };
/** Changes of a page: the most that Exchange gives. */
const page = 512;
const messagesAtOnce = 100;
const rounds = 9;

/** Synchronising a folder beside reading its rows from the store, and messages created together beside one by one. */
export async function changeRows(lab: BenchLab): Promise<readonly Row[]> {
  await lab.fill(folder.name, folder.messages);
  const client = openOneConnection(lab.port);
  try {
    return [...(await synchronising(lab, client)), await creating(lab, client)];
  } finally {
    client.close();
  }
}

async function synchronising(lab: BenchLab, client: OneConnection): Promise<readonly Row[]> {
  const id = await lab.folderId(folder.name);
  const first = () => synchronise(lab, client, id, '');
  const { state } = await first();
  await send(lab, client, `<m:MarkAllItemsAsRead><m:ReadFlag>false</m:ReadFlag>${suppressed}${ids(id)}</m:MarkAllItemsAsRead>`);
  await send(lab, client, `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag>${suppressed}${ids(id)}</m:MarkAllItemsAsRead>`);
  const later = () => synchronise(lab, client, id, state);
  const rows = () => readRows(lab, id);
  const times = await alternateTimes([first, later, rows], lab.settle);
  const [items = 0, flags = 0, store = 0] = times;
  const pages = Math.ceil(folder.messages / page);
  const row = (what: string, own: number): Row => ({
    what: `SyncFolderItems, ${folder.messages} ${what} in ${pages} pages, time beside reading the rows from the store`,
    measured: `${(own / store).toFixed(1)} (${own.toFixed(0)} ms : ${store.toFixed(0)} ms)`,
    limit: '',
    passed: undefined,
  });
  return [row('items of a folder', items), row('changes of the log', flags)];
}

const suppressed = '<m:SuppressReadReceipts>true</m:SuppressReadReceipts>';

function ids(id: string): string {
  return `<m:FolderIds><t:FolderId Id="${id}"/></m:FolderIds>`;
}

/** All pages from a state on; every item of the folder has to be told. */
async function synchronise(lab: BenchLab, client: OneConnection, id: string, from: string): Promise<{ readonly state: string }> {
  let state = from;
  let told = 0;
  for (let isLast = false; !isLast; ) {
    const answer = await send(
      lab,
      client,
      '<m:SyncFolderItems><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
        `<m:SyncFolderId><t:FolderId Id="${id}"/></m:SyncFolderId><m:SyncState>${state}</m:SyncState><m:MaxChangesReturned>${page}</m:MaxChangesReturned></m:SyncFolderItems>`,
    );
    state = present(/<m:SyncState>([^<]+)</.exec(answer)?.[1], 'the state');
    told += answer.split('<t:ItemId ').length - 1;
    isLast = answer.includes('<m:IncludesLastItemInRange>true<');
  }
  if (told !== folder.messages) throw new Error(`${told} of ${folder.messages} items were told`);
  return { state };
}

/** The same rows, as many at a time, by the same index. */
async function readRows({ foundation }: BenchLab, id: string): Promise<void> {
  const key = present(decodeFolderId(id), 'the folder');
  let after = 0;
  let read = 0;
  for (let count = page; count === page; ) {
    const rows = await foundation.store.read
      .selectFrom('item')
      .selectAll()
      .where('mailbox', '=', key.mailbox)
      .where('folder', '=', key.folder)
      .where('counter', '>', after)
      .orderBy('counter')
      .limit(page)
      .execute();
    count = rows.length;
    read += count;
    after = rows.at(-1)?.counter ?? after;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (read !== folder.messages) throw new Error(`${read} of ${folder.messages} rows were read`);
}

async function creating(lab: BenchLab, client: OneConnection): Promise<Row> {
  const message = '<t:Message><t:Subject>Created</t:Subject><t:Body BodyType="Text">One of many.</t:Body></t:Message>';
  const create = (messages: string): Promise<string> =>
    send(
      lab,
      client,
      `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="drafts"/></m:SavedItemFolderId><m:Items>${messages}</m:Items></m:CreateItem>`,
    );
  const together = () => create(message.repeat(messagesAtOnce));
  const apart = async () => {
    for (let each = 0; each < messagesAtOnce; each += 1) await create(message);
  };
  const [one = 0, many = 0] = await alternateTimes([together, apart], lab.settle);
  return {
    what: `CreateItem, ${messagesAtOnce} messages in one request, time beside ${messagesAtOnce} requests of one`,
    measured: `${(one / many).toFixed(2)} (${one.toFixed(0)} ms : ${many.toFixed(0)} ms)`,
    limit: '',
    passed: undefined,
  };
}

function send({ authorization }: BenchLab, client: OneConnection, body: string): Promise<string> {
  return ask(client, { body, headers: { authorization } });
}

/** Median times of works in milliseconds; the rounds alternate, so that what else the machine does meets all of them. */
async function alternateTimes(works: readonly (() => Promise<unknown>)[], settle: () => Promise<void>): Promise<readonly number[]> {
  for (const work of works) await work();
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      await settle();
      const startedMs = performance.now();
      await work();
      times[index]?.push(performance.now() - startedMs);
    }
  }
  return times.map(median);
}
