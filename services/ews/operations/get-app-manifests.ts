import type { getAppManifests as contract } from '../../../shared/protocols/ews/operations/get-app-manifests.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getappmanifests-operation
 * No app is installed in any mailbox. Who says which version he understands gets the newer list, as on that page.
 */
export const getAppManifests: Operation<typeof contract> = async (call, { ApiVersionSupported }) => {
  // A refusal is a fault: the schema has no answer without a list.
  await openMailboxOf(call);
  return ApiVersionSupported === undefined ? { class: 'Success', Manifests: {} } : { class: 'Success', Apps: {} };
};
