import type { disableApp as contract } from '../../../shared/protocols/ews/operations/disable-app.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/disableapp-operation
 * No app is installed in any mailbox; code and sentence are those of that page.
 */
export const disableApp: Operation<typeof contract> = (_call, { ID }) =>
  Promise.resolve(errorMessage('ErrorExtensionNotFound', { text: `Extension ID ${ID} can't be found.` }));
