import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storable } from '../../store/storable.ts';

const prefix = 'IPM.Configuration.';

/** The message class of a configuration (MS-OXOCFG 2.2.1). */
export function configurationClass(name: string): string {
  return prefix + name;
}

// The order of article numbers is that of counters. There is an index for it that has the few items which are associated in one place;
// by that for counters SQLite would read all appointments of a calendar.
const byClass = prepared((db, p: { mailbox: string; folder: number; class: string }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '=', 1)
    .where('class', '=', p.class)
    .orderBy('article_number', 'desc')
    .limit(1),
);

/**
 * The configuration of that name in a folder, or undefined: folder associated information of its class. Names are compared
 * to the letter; of several, which a client may have made as items, the newest counts.
 */
export function findConfiguration(executor: Executor, mailbox: Guid, folder: number, name: string): Promise<ItemTable | undefined> {
  return byClass.first(executor, { mailbox, folder, class: storable(configurationClass(name)) });
}
