import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Complaint } from '../../shared/protocols/ews/response-message.ts';
import type { Executor } from '../../shared/store/database.ts';
import { inSavepoint } from '../../shared/store/savepoint.ts';
import type { EwsCall } from './context.ts';
import { complaintOf } from './failures.ts';
import { passItem } from './injected-error.ts';

/** Parts of a request in one transaction: enough that it costs little, few enough that others need not wait for long. A figure of ours. */
const partsPerTransaction = 50;

type Answer<Message> = Message | ({ readonly class: 'Error' } & Complaint);
/** The write of one part, prepared; or why there will be none. */
type Prepared<Message> = { readonly write: (tx: Executor) => Promise<Message> } | { readonly error: unknown };

/**
 * Answers each part of a request that writes, in the order asked, with many parts in one transaction. `prepare` reads
 * what must be read outside of it and answers the write, which holds store calls only; a refusal of either is that part's
 * error message and stops nobody else; a defect undoes the slice and ends the request.
 */
export async function inSlices<Part, Message>(
  call: EwsCall,
  parts: readonly Part[],
  prepare: (part: Part) => Promise<(tx: Executor) => Promise<Message>>,
): Promise<Answer<Message>[]> {
  const messages: Answer<Message>[] = [];
  for (let start = 0; start < parts.length; start += partsPerTransaction) {
    // SQLite answers at once and never yields by itself: others have their turn between the slices.
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    const slice: Prepared<Message>[] = [];
    for (const part of parts.slice(start, start + partsPerTransaction)) slice.push(await settled(call, () => prepare(part)));
    messages.push(...(await writeSlice(call, slice)));
  }
  return messages;
}

async function settled<Message>(call: EwsCall, prepare: () => Promise<(tx: Executor) => Promise<Message>>): Promise<Prepared<Message>> {
  try {
    const met = passItem(call);
    if (met !== undefined) await met;
    return { write: await prepare() };
  } catch (error) {
    if (complaintOf(error) === undefined) throw error;
    return { error };
  }
}

async function writeSlice<Message>(call: EwsCall, slice: readonly Prepared<Message>[]): Promise<Answer<Message>[]> {
  const refused = (error: unknown): Answer<Message> => {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    call.exchange.note({ code: complaint.ResponseCode, detail: error instanceof Error ? error.message : '' });
    return { class: 'Error', ...complaint };
  };
  if (!slice.some((part) => 'write' in part)) return slice.map((part) => refused('error' in part ? part.error : undefined));
  return (await outcomesOf(call, slice)).map((outcome) => ('value' in outcome ? outcome.value : refused(outcome.error)));
}

type Made<Message> = { readonly value: Message } | { readonly error: unknown };

async function outcomesOf<Message>({ context }: EwsCall, slice: readonly Prepared<Message>[]): Promise<readonly Made<Message>[]> {
  const isAlone = slice.filter((part) => 'write' in part).length === 1;
  // The transaction may be run again: what came of it is kept apart from what is told of it.
  const work = async (tx: Executor): Promise<readonly Made<Message>[]> => {
    const made: Made<Message>[] = [];
    for (const part of slice) {
      if ('error' in part) made.push(part);
      else if (isAlone) made.push({ value: await part.write(tx) });
      else {
        const outcome = await inSavepoint(tx, () => part.write(tx));
        made.push(outcome.refusal === undefined ? { value: outcome.value } : { error: outcome.refusal });
      }
    }
    return made;
  };
  try {
    return await context.store.transaction(work);
  } catch (error) {
    // One that writes alone has no savepoint, which would be two statements more: its refusal undoes all there is.
    if (!isAlone || !(error instanceof Refusal)) throw error;
    return slice.map((part) => ('error' in part ? part : { error }));
  }
}
