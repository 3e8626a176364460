import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { nextTurn } from './turns.ts';

const sliceRows = 5_000;

const sliceAfter = prepared((db, p: { mailbox: string; folder: number; after: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('item')
        .select(['counter', 'size'])
        .where('mailbox', '=', p.mailbox)
        .where('folder', '=', p.folder)
        .where('counter', '>', p.after)
        .orderBy('counter')
        .limit(sliceRows)
        .as('slice'),
    )
    .select(({ fn }) => [fn.max('counter').as('last'), fn.sum('size').as('size'), fn.countAll().as('rows')]),
);

/** Octets of the items of a folder, folder associated ones too (PidTagMessageSizeExtended of folders, MS-OXPROPS). */
export async function folderSize(executor: Executor, mailbox: Guid, folder: number): Promise<number> {
  let size = 0;
  for (let after = 0; ; await nextTurn()) {
    const slice = await sliceAfter.first(executor, { mailbox, folder, after });
    size += Number(slice?.size ?? 0);
    if (Number(slice?.rows ?? 0) < sliceRows) return size;
    after = Number(slice?.last);
  }
}
