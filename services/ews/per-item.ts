import type { Complaint } from '../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from './context.ts';
import { complaintOf } from './failures.ts';
import { passItem } from './injected-error.ts';

const partsAtATime = 200;

/**
 * Answers each part of a request on its own and in the order asked: a refusal becomes that part's error message and
 * stops nobody else; a defect ends the request.
 */
export async function perItem<Part, Message>(
  call: EwsCall,
  parts: readonly Part[],
  answer: (part: Part) => Promise<Message>,
): Promise<(Message | ({ readonly class: 'Error' } & Complaint))[]> {
  const messages: (Message | ({ readonly class: 'Error' } & Complaint))[] = [];
  for (const [index, part] of parts.entries()) {
    // Long requests must not keep the process from everybody else: SQLite answers at once and never yields by itself.
    if (index % partsAtATime === partsAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    try {
      const met = passItem(call);
      if (met !== undefined) await met;
      messages.push(await answer(part));
    } catch (error) {
      const complaint = complaintOf(error);
      if (complaint === undefined) throw error;
      call.exchange.note({ code: complaint.ResponseCode, detail: error instanceof Error ? error.message : '' });
      messages.push({ class: 'Error', ...complaint });
    }
  }
  return messages;
}
