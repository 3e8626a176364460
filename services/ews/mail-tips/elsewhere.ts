import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import { configurationNotFound } from '../availability/failure.ts';
import type { EwsCall } from '../context.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import type { MailTipsMessage, MailTipsRequest } from './tips.ts';

/** A recipient whose mailbox is not here, by the position in the request. */
export interface RecipientElsewhere {
  readonly position: number;
  readonly place: PlaceElsewhere;
}

/**
 * What other organisations tell of recipients, by the position in the request; whom it leaves out is answered from the
 * directory here. No way to another organisation is known for MailTips: a mailbox that lies there is answered like its free/busy.
 */
export async function askElsewhere(
  _call: EwsCall,
  _request: MailTipsRequest,
  recipients: readonly RecipientElsewhere[],
): Promise<ReadonlyMap<number, MailTipsMessage>> {
  const answers = new Map<number, MailTipsMessage>();
  for (const { position, place } of recipients) {
    if (place.recipient === undefined || place.recipient.type === 'MailContact') continue;
    const { code, text } = configurationNotFound(place.domain);
    answers.set(position, errorMessage(code, { text }));
  }
  return answers;
}
