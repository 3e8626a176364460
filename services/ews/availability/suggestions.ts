import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { AvailabilityRequest } from './question.ts';

/** Suggestions are refused where they would stand, so that free/busy is answered all the same. */
export function suggestions({
  SuggestionsViewOptions: options,
}: AvailabilityRequest): Pick<ResponseOf<typeof getUserAvailability>, 'SuggestionsResponse'> {
  if (options === undefined) return {};
  const text = 'GetUserAvailability with SuggestionsViewOptions is not supported by this simulation.';
  return { SuggestionsResponse: { ResponseMessage: errorMessage('ErrorInvalidOperation', { text }) } };
}
