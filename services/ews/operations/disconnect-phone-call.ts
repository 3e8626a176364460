import type { disconnectPhoneCall as contract } from '../../../shared/protocols/ews/operations/disconnect-phone-call.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/disconnectphonecall-operation
 * No call was ever made: no id is that of one.
 */
export const disconnectPhoneCall: Operation<typeof contract> = () => Promise.resolve(errorMessage('ErrorInvalidPhoneCallId'));
