import type { Recipient } from '../domain/directory/recipient.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { guidGiven } from './given.ts';
import { principalNameGiven } from './recipient/new-account.ts';
import { getRecipients, type RecipientNoun } from './recipient/noun.ts';
import { enableRouted, newRouted, type Routing, routingChange } from './recipient/routed.ts';
import { mailProperties, noGuid } from './recipient/shown.ts';
import { disableOf, removeOf, setRecipient } from './recipient/verbs.ts';

const noun: RecipientNoun = { noun: 'MailUser', kinds: ['on-premises', 'cloud'], types: ['MailUser'], show };
const routing: Routing = { parameter: 'ExternalEmailAddress', switches: {}, usual: 'MailUser', usualAddress: () => undefined };

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const { targetAddress, exchangeGuid, archiveGuid, samAccountName, userPrincipalName, enabled } = recipient;
  return {
    ExchangeGuid: exchangeGuid ?? noGuid,
    ArchiveGuid: archiveGuid ?? noGuid,
    ExternalEmailAddress: `SMTP:${targetAddress ?? ''}`,
    SamAccountName: samAccountName ?? '',
    UserPrincipalName: userPrincipalName ?? '',
    AccountDisabled: !enabled,
    ...(await mailProperties(recipient, scope)),
  };
}

/** `New-MailUser Ed -ExternalEmailAddress ed@example.test -UserPrincipalName ... -Password ...`: accounts whose mailbox is elsewhere. */
export const mailUser = {
  get: getRecipients(noun),
  new: newRouted(noun, routing),
  enable: enableRouted(noun, routing),
  set: setRecipient(noun, {
    parameters: { ExternalEmailAddress: 'text', ExchangeGuid: 'text', UserPrincipalName: 'text', MicrosoftOnlineServicesID: 'text' },
    change(scope, given) {
      const [target, guid, principalName] = [
        routingChange(routing, given),
        guidGiven(given, 'ExchangeGuid'),
        principalNameGiven(scope, given),
      ];
      return (current) => ({
        ...target(current),
        exchangeGuid: guid === noGuid ? null : (guid ?? current.exchangeGuid),
        userPrincipalName: principalName ?? current.userPrincipalName,
      });
    },
  }),
  disable: disableOf(noun),
  remove: removeOf(noun),
} satisfies Readonly<Record<string, Cmdlet>>;
