import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { createRecipients } from '../../../shared/domain/directory/recipients.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { createOrganization, openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import { createVirtualDirectories } from '../../../shared/domain/organization/virtual-directories.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';

export const acme: Organization = {
  name: 'acme',
  kind: 'on-premises',
  product: 'exchange-se',
  netbiosName: 'ACME',
  domains: ['acme.test'],
  hosts: { web: 'mail.acme.test', autodiscover: 'autodiscover.acme.test', redirectOnly: [] },
};

export const cloud: Organization = {
  name: 'cloud',
  kind: 'cloud',
  product: 'exchange-online',
  era: '2019',
  netbiosName: 'CLOUD',
  domains: ['acme.test'],
  hosts: { web: 'outlook.office365.test', autodiscover: 'autodiscover-s.outlook.test', redirectOnly: ['autodiscover.acme.mail.test'] },
};

export interface Lab {
  readonly store: Store;
  readonly registry: Registry;
  directory(organization: string): Directory;
  close(): Promise<void>;
}

/** Organisations with their virtual directories and recipients, in a store of their own. */
export async function openLab(organizations: readonly Organization[], recipients: readonly Recipient[]): Promise<Lab> {
  const store = await openStore({ location: ':memory:' });
  await store.transaction(async (tx) => {
    for (const [position, organization] of organizations.entries()) {
      await createOrganization(tx, organization, position, 1_000);
      await createVirtualDirectories(tx, organization, 1_000);
      await createRecipients(
        tx,
        organization.name,
        recipients.filter((one) => one.organization === organization.name),
        1_000,
      );
    }
  });
  const registry = openRegistry(store);
  const directories = new Map(organizations.map(({ name }) => [name, openDirectory(store, name)]));
  return {
    store,
    registry,
    directory(name) {
      const found = directories.get(name);
      if (found === undefined) throw new Error(`no directory ${name}`);
      return found;
    },
    async close() {
      registry.close();
      for (const directory of directories.values()) directory.close();
      await store.close();
    },
  };
}
