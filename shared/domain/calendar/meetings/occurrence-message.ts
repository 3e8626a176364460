import { named, type PropertyBag, type PropertyKey } from '../../../kernel/mapi.ts';
import { isSeriesProperty } from '../recurrence/series-properties.ts';

/**
 * What a message about one occurrence says of it (MS-OXOCAL 2.2.1.13, 2.2.1.35, 2.2.10.1): it does not recur itself, and
 * belongs to a series.
 *
 * @param properties of the occurrence as its series' owner has it: its global object id names its day already
 */
export function ofOccurrence(properties: PropertyBag): PropertyBag {
  const own = Object.entries(properties).filter(([key]) => !isSeriesProperty(key as PropertyKey));
  return {
    ...Object.fromEntries(own),
    [named.recurring]: false,
    [named.isRecurring]: true,
    [named.isException]: true,
  };
}
