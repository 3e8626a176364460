import type { Draft } from '../drafts/draft.ts';
import { notSupported } from '../failures.ts';

/** Tells the attendees of a meeting that is about to be saved, as far as the request wants them told. */
export async function inviteAttendees(draft: Draft, send: string | undefined): Promise<void> {
  if (send !== undefined && send !== 'SendToNone' && draft.allRecipients.length > 0) throw notSupported('Sending meeting invitations');
}
