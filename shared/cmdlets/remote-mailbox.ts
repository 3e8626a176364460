import type { Recipient } from '../domain/directory/recipient.ts';
import { routingDomain } from '../domain/organization/organization.ts';
import type { RecipientType } from '../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, guidGiven } from './given.ts';
import { principalNameGiven } from './recipient/new-account.ts';
import { getRecipients, type RecipientNoun } from './recipient/noun.ts';
import { enableRouted, newRouted, type Routing, routingChange } from './recipient/routed.ts';
import { mailProperties, noGuid } from './recipient/shown.ts';
import { disableOf, removeOf, setRecipient } from './recipient/verbs.ts';

const kinds = { Shared: 'RemoteSharedMailbox', Room: 'RemoteRoomMailbox', Equipment: 'RemoteEquipmentMailbox' } as const;
const typeNames = { Regular: 'RemoteUserMailbox', ...kinds } as const;

const noun: RecipientNoun = { noun: 'RemoteMailbox', kinds: ['on-premises'], types: Object.values(typeNames), show };
const routing: Routing = { parameter: 'RemoteRoutingAddress', switches: kinds, usual: 'RemoteUserMailbox', usualAddress };

/**
 * The routing address is made of the alias and the domain in which the tenant gets its mail, `contoso.mail.onmicrosoft.test`
 * (page of Enable-RemoteMailbox: it is calculated from directory synchronisation).
 */
function usualAddress({ organization, organizations }: CmdletScope, alias: string): string | undefined {
  const tenant = organizations.all.find(
    ({ kind, domains }) => kind === 'cloud' && domains.some((domain) => organization.domains.includes(domain)),
  );
  const domain = tenant && routingDomain(tenant);
  return domain === undefined ? undefined : `${alias}@${domain}`;
}

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const { targetAddress, exchangeGuid, archiveGuid, samAccountName, userPrincipalName, enabled, type, settings } = recipient;
  return {
    RemoteRoutingAddress: `SMTP:${targetAddress ?? ''}`,
    RemoteRecipientType: `${settings.migrated === true ? 'Migrated' : 'ProvisionMailbox'}${remoteKinds[type] ?? ''}`,
    SamAccountName: samAccountName ?? '',
    UserPrincipalName: userPrincipalName ?? '',
    AccountDisabled: !enabled,
    ExchangeGuid: exchangeGuid ?? noGuid,
    ArchiveGuid: archiveGuid ?? noGuid,
    ArchiveStatus: 'None',
    ...(await mailProperties(recipient, scope)),
  };
}

const remoteKinds: Partial<Readonly<Record<RecipientType, string>>> = {
  RemoteSharedMailbox: ', SharedMailbox',
  RemoteRoomMailbox: ', RoomMailbox',
  RemoteEquipmentMailbox: ', EquipmentMailbox',
};

/**
 * `Enable-RemoteMailbox ann -RemoteRoutingAddress ann@contoso.mail.onmicrosoft.test`: accounts whose mailbox lies in the
 * tenant; it is made there by the next synchronisation.
 */
export const remoteMailbox = {
  get: getRecipients(noun),
  new: newRouted(noun, routing),
  enable: enableRouted(noun, routing),
  set: setRecipient(noun, {
    parameters: { RemoteRoutingAddress: 'text', Type: 'text', ExchangeGuid: 'text', UserPrincipalName: 'text' },
    change(scope, given) {
      const typeName = choiceGiven(given, 'Type', ['Regular', 'Shared', 'Room', 'Equipment'] as const);
      const [target, guid, principalName] = [
        routingChange(routing, given),
        guidGiven(given, 'ExchangeGuid'),
        principalNameGiven(scope, given),
      ];
      if (given['RemoteRoutingAddress'] === null) throw cmdletRefusal('bad-parameter', 'A remote mailbox has a routing address.');
      return (current) => ({
        ...target(current),
        type: typeName === undefined ? current.type : typeNames[typeName],
        exchangeGuid: guid === noGuid ? null : (guid ?? current.exchangeGuid),
        userPrincipalName: principalName ?? current.userPrincipalName,
      });
    },
  }),
  disable: disableOf(noun),
  remove: removeOf(noun),
} satisfies Readonly<Record<string, Cmdlet>>;
