import { hasMail, type Recipient } from '../domain/directory/recipient.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { getRecipients } from './recipient/noun.ts';
import { mailProperties } from './recipient/shown.ts';

/** `Get-Recipient mary`: everybody with an address, whatever they are. */
export const getRecipient: Cmdlet = getRecipients({
  noun: 'Recipient',
  kinds: ['on-premises', 'cloud'],
  types: recipientTypes.filter((type) => hasMail(type) && type !== 'ArbitrationMailbox'),
  show,
});

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const { details, targetAddress, exchangeGuid } = recipient;
  return {
    ...{ City: '', Company: details['company'] ?? '', Department: details['department'] ?? '', Title: details['title'] ?? '' },
    ...{
      FirstName: details['givenName'] ?? '',
      LastName: details['surname'] ?? '',
      Office: details['office'] ?? '',
      Phone: details['phone'] ?? '',
    },
    ExternalEmailAddress: targetAddress === null ? '' : `SMTP:${targetAddress}`,
    ExchangeGuid: exchangeGuid,
    ...(await mailProperties(recipient, scope)),
  };
}
