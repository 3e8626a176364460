import type { SeekView } from '../../../shared/domain/mailbox/page.ts';
import type { SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import type { Clocks } from '../../../shared/xml/clocks.ts';
import { seekCount } from './page.ts';
import { restrictionOf } from './search.ts';

/** The view that begins where a condition is met. Refuses as reading a restriction, and too small a number of entries. */
export function seekView(
  view: { readonly Condition: SearchExpression; readonly BasePoint: 'Beginning' | 'End'; readonly MaxEntriesReturned?: number | undefined },
  clocks: Clocks | undefined,
): SeekView {
  return { condition: restrictionOf(view.Condition, clocks), count: seekCount(view), from: view.BasePoint === 'End' ? 'end' : 'beginning' };
}
