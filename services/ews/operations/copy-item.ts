import type { copyItem as contract } from '../../../shared/protocols/ews/operations/copy-item.ts';
import { moveOrCopy } from '../move-or-copy.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyitem-operation */
export const copyItem: Operation<typeof contract> = (call, request) => moveOrCopy(call, 'copy', request);
