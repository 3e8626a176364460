import { Refusal } from '../../kernel/refusal.ts';

/**
 * Why an end of a move does not do what it is asked, by the names of Exchange's exceptions; those with `Transient` are worth another
 * try.
 */
export type MoveRefusalCode =
  | 'RecipientNotFoundPermanentException'
  | 'SourceMailboxAlreadyBeingMovedTransientException'
  | 'DestMailboxAlreadyBeingMovedTransientException'
  | 'TargetUserAlreadyHasPrimaryMailboxException'
  | 'MailboxInUsePermanentException'
  | 'MailboxDoesNotExistPermanentException';

/** A refusal with the sentence that the report of the move has; it is the value `Message`. */
export function moveRefusal(code: MoveRefusalCode, message: string): Refusal<MoveRefusalCode> {
  return new Refusal(code, { values: { Message: message }, detail: message });
}

/** Microsoft's page "Cannot find a recipient that has mailbox GUID" (OfficeDocs-Support). */
export function noRecipient(guid: string): Refusal<MoveRefusalCode> {
  return moveRefusal('RecipientNotFoundPermanentException', `Cannot find a recipient that has mailbox GUID '${guid}'.`);
}

/** The first sentence is Microsoft's, as their script Get-MigrationReports looks for it; the others are ours. */
export function alreadyMoving(side: 'source' | 'destination'): Refusal<MoveRefusalCode> {
  const [code, mode] =
    side === 'source'
      ? (['SourceMailboxAlreadyBeingMovedTransientException', 'Sync Source'] as const)
      : (['DestMailboxAlreadyBeingMovedTransientException', 'Sync Destination'] as const);
  return moveRefusal(
    code,
    `Couldn't switch the mailbox into ${mode} mode. \nOne of these may be why: \n  Somebody else moves the mailbox at this time. \n  The mailbox is locked. \n  ` +
      'The connection of a move broke, and the mailbox is still held for it; that ends by itself after 2 hours. \nMove the mailbox again when it is free.',
  );
}

const submissionExceeded = 'MapiExceptionMaxSubmissionExceeded';

/** The published failure of a message that is too large (OfficeDocs-Support, "mailbox exceeded the maximum number of large items"). */
export const tooLarge = `${submissionExceeded}: IExchangeFastTransferEx.TransferBuffer failed (hr=0x80004005, ec=1242)`;

/** Whether it is for its size that a message was not taken. */
export function isTooLarge(failure: string): boolean {
  return failure.startsWith(submissionExceeded);
}
