import type { playOnPhone as contract } from '../../../shared/protocols/ews/operations/play-on-phone.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/playonphone-operation
 * Nobody is enabled for Unified Messaging, which is said before the item is looked at (inferred).
 */
export const playOnPhone: Operation<typeof contract> = () => Promise.resolve(errorMessage('ErrorUserNotUnifiedMessagingEnabled'));
