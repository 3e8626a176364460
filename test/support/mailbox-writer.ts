// Writes messages to a mailbox until it is killed or has written enough: `node mailbox-writer.ts <store> <mailbox> <folder> <count>`.
// Prints the counter of each once its commit is acknowledged.
import { writeSync } from 'node:fs';
import { createItem } from '../../shared/domain/mailbox/item-writes.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { tags } from '../../shared/kernel/mapi.ts';
import { openStore } from '../../shared/store/database.ts';

const [location = '', mailbox = '', folder = '', count = ''] = process.argv.slice(2);
const store = await openStore({ location });
for (let number = 0; number < Number(count); number += 1) {
  const draft = { class: 'IPM.Note', properties: { [tags.subject]: `n${number}` }, recipients: [], attachments: [] };
  const { counter } = await store.transaction((tx) => createItem(tx, mailbox as Guid, Number(folder), draft, number, { how: 'delivered' }));
  writeSync(1, `${counter}\n`);
}
await store.close();
