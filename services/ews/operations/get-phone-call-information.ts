import type { getPhoneCallInformation as contract } from '../../../shared/protocols/ews/operations/get-phone-call-information.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getphonecallinformation-operation
 * No call was ever made: no id is that of one.
 */
export const getPhoneCallInformation: Operation<typeof contract> = () => Promise.resolve(errorMessage('ErrorInvalidPhoneCallId'));
