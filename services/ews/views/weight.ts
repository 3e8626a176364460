import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { ewsRefusal } from '../failures.ts';

/** An answer with more text than this takes no further item: a request may name one big item any number of times. A bound of ours. */
const fullOctets = 96 * 1024 * 1024;

/** Weighs what an answer holds: `check` refuses with ErrorDataSizeLimitExceeded once it is full, `add` puts something in. */
export function answerWeight(): { check(): void; add(octets: number): void } {
  let weight = 0;
  return {
    check() {
      if (weight > fullOctets) throw ewsRefusal('ErrorDataSizeLimitExceeded', { detail: `after ${weight} octets` });
    },
    add(octets) {
      weight += octets;
    },
  };
}

/** What bodies, MIME and extended properties weigh; nothing else of an item is large. */
export function octetsOf({ fields, extended }: WireItem): number {
  let octets = 0;
  for (const [{ special }, value] of fields) {
    if (special !== undefined && special in texts) octets += (value as { readonly text: string }).text.length;
  }
  for (const { value } of extended) octets += typeof value === 'string' ? value.length : value.join('').length;
  return octets;
}

const texts = { MimeContent: true, Body: true, NormalizedBody: true, TextBody: true, UniqueBody: true } as const satisfies Partial<
  Record<SpecialView, true>
>;
