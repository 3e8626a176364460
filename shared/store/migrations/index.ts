import { firstSchema } from './0001-first-schema.ts';
import { subscriptions } from './0002-subscriptions.ts';
import { meetings } from './0003-meetings.ts';
import { mailFlow } from './0004-mail-flow.ts';
import { mailboxMigration } from './0005-migration.ts';
import { movingMailboxes } from './0006-moving-mailboxes.ts';
import { processes } from './0007-processes.ts';
import type { Migration } from './migrate.ts';

/** Every migration in the order it is applied. A migration that has been released is never changed, only followed. */
export const migrations: readonly Migration[] = [
  firstSchema,
  subscriptions,
  meetings,
  mailFlow,
  mailboxMigration,
  movingMailboxes,
  processes,
];
