import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { configurationClass, findConfiguration } from '../../../shared/domain/mailbox/user-configuration.ts';
import type { createUserConfiguration as contract } from '../../../shared/protocols/ews/operations/create-user-configuration.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { openConfigurationFolder, propertiesOf } from '../user-configurations/configuration.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/createuserconfiguration-operation. One that is
 * there already is ErrorItemSave (inferred).
 */
export const createUserConfiguration: Operation<typeof contract> = async (call, { UserConfiguration }) =>
  perItem(call, [UserConfiguration], async (configuration) => {
    const { Name } = configuration.UserConfigurationName;
    const { mailbox, folder } = await openConfigurationFolder(call, configuration.UserConfigurationName, 'write');
    const draft = {
      class: configurationClass(Name),
      properties: propertiesOf(configuration, 0),
      recipients: [],
      attachments: [],
      associated: true,
    };
    await call.context.store.transaction(async (tx) => {
      if ((await findConfiguration(tx, mailbox.guid, folder.counter, Name)) !== undefined)
        throw ewsRefusal('ErrorItemSave', { detail: `folder ${folder.counter} has a configuration ${Name}` });
      await createItem(tx, mailbox.guid, folder.counter, draft, call.instant);
    });
    return { class: 'Success' } as const;
  });
