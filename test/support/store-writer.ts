// Writes to a store until it is killed: `node store-writer.ts <file>`. Prints each number once its commit is acknowledged.
import { writeSync } from 'node:fs';
import { putBlob } from '../../shared/store/blob.ts';
import { appendChanges, nextSequence } from '../../shared/store/change-feed.ts';
import { openStore } from '../../shared/store/database.ts';

const store = await openStore({ location: process.argv[2] ?? '' });
for (;;) {
  const written = await store.transaction(async (tx) => {
    const sequence = await nextSequence(tx, 'mailbox');
    const identity = await putBlob(tx, Buffer.from(`content of ${sequence} `.repeat(50)));
    await appendChanges(tx, [
      { scope: 'mailbox', sequence, kind: 'item', object: sequence, identity, operation: 'create', folder: 1, at: sequence },
    ]);
    return sequence;
  });
  writeSync(1, `${written}\n`);
}
