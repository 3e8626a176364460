import type { moveItem as contract } from '../../../shared/protocols/ews/operations/move-item.ts';
import { moveOrCopy } from '../move-or-copy.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation */
export const moveItem: Operation<typeof contract> = (call, request) => moveOrCopy(call, 'move', request);
