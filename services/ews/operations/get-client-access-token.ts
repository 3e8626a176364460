import type { getClientAccessToken as contract } from '../../../shared/protocols/ews/operations/get-client-access-token.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getclientaccesstoken-operation
 * Tokens are for apps that are installed in the mailbox, and none is: each is refused in the words of that page.
 */
export const getClientAccessToken: Operation<typeof contract> = (call, { TokenRequests }) =>
  perItem(call, TokenRequests.TokenRequest, ({ Id, TokenType }) =>
    Promise.reject(
      ewsRefusal('ErrorInvalidClientAccessTokenRequest', {
        text: 'The caller does not have enough permission for this token request.',
        detail: `${TokenType} for ${Id}`,
      }),
    ),
  );
