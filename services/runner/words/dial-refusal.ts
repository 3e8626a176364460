import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Answer } from '../../../shared/scenario/outcome.ts';
import { answered } from '../ground.ts';

/** What a client sees of a connection that did not come about: `NameNotFound`, `ConnectionRefused`, `Timeout` ... */
export function dialRefusal(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  return answered(error.code, { ok: false, text: error.message });
}
