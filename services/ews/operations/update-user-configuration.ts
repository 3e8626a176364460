import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { updateUserConfiguration as contract } from '../../../shared/protocols/ews/operations/update-user-configuration.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { openConfigurationFolder, propertiesOf, requireConfiguration } from '../user-configurations/configuration.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateuserconfiguration-operation. What the
 * request does not hold stays; a dictionary is replaced as a whole.
 */
export const updateUserConfiguration: Operation<typeof contract> = async (call, { UserConfiguration }) =>
  perItem(call, [UserConfiguration], async (configuration) => {
    const name = configuration.UserConfigurationName;
    const place = await openConfigurationFolder(call, name, 'write');
    await call.context.store.transaction(async (tx) => {
      const found = await requireConfiguration(tx, place, name);
      const set = propertiesOf(configuration, Number(itemProperty(found, tags.roamingDatatypes) ?? 0));
      await updateItem(tx, place.mailbox.guid, found.counter, { set }, 'any', call.instant);
    });
    return { class: 'Success' } as const;
  });
