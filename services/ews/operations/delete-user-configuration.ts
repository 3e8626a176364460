import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import type { deleteUserConfiguration as contract } from '../../../shared/protocols/ews/operations/delete-user-configuration.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { openConfigurationFolder, requireConfiguration } from '../user-configurations/configuration.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteuserconfiguration-operation. It goes to
 * the recoverable items (Microsoft's page "Deleting items by using EWS").
 */
export const deleteUserConfiguration: Operation<typeof contract> = async (call, { UserConfigurationName }) =>
  perItem(call, [UserConfigurationName], async (name) => {
    const place = await openConfigurationFolder(call, name, 'write');
    await call.context.store.transaction(async (tx) => {
      const { counter } = await requireConfiguration(tx, place, name);
      await deleteItem(tx, place.mailbox.guid, counter, 'soft', call.instant);
    });
    return { class: 'Success' } as const;
  });
