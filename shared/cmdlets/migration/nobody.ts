import type { Unmovable } from '../move-request/preconditions.ts';

/** The first sentence is published ("Troubleshoot IMAP migration", OfficeDocs-Support). */
export function nobody(address: string): Unmovable {
  return {
    type: 'MigrationRecipientNotFoundException',
    message: `A recipient wasn't found for "${address}" on the target. Make one and start the batch again.`,
  };
}
