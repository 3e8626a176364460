import { nextRid } from '../domain/directory/name-holders.ts';
import { newRecipient } from '../domain/directory/new-recipient.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { requireShortName } from './config-object.ts';
import { textGiven } from './given.ts';
import { mailEnabled } from './recipient/enable.ts';
import { addressGiven, aliasGiven, withSettings } from './recipient/mail-settings.ts';
import { getRecipients, type RecipientNoun } from './recipient/noun.ts';
import { routingChange, targeted } from './recipient/routed.ts';
import { mailProperties } from './recipient/shown.ts';
import { removeOf, setRecipient } from './recipient/verbs.ts';
import { createRecipient } from './recipient/write.ts';

const noun: RecipientNoun = { noun: 'MailContact', kinds: ['on-premises', 'cloud'], types: ['MailContact'], show };

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  return { ExternalEmailAddress: `SMTP:${recipient.targetAddress ?? ''}`, ...(await mailProperties(recipient, scope)) };
}

/** `New-MailContact "Eva Ex" -ExternalEmailAddress eva@example.test`: people outside who stand in the address book. */
export const mailContact = {
  get: getRecipients(noun),
  new: {
    kinds: noun.kinds,
    positional: 'Name',
    parameters: {
      Name: 'text',
      ExternalEmailAddress: 'text',
      Alias: 'text',
      DisplayName: 'text',
      FirstName: 'text',
      LastName: 'text',
      PrimarySmtpAddress: 'text',
    },
    required: ['Name', 'ExternalEmailAddress'],
    async run(scope, given) {
      requireShortName(given);
      const { organization } = scope;
      const external = addressGiven(given, 'ExternalEmailAddress') ?? '';
      const name = String(given['Name']);
      const displayName = textGiven(given, 'DisplayName') ?? name;
      const primaryAddress = addressGiven(given, 'PrimarySmtpAddress') ?? external;
      const made = await scope.transaction(async (tx) => {
        const guid = scope.identifiers.guid();
        const names = { guid, displayName, alias: '', primaryAddress: '', userPrincipalName: null, samAccountName: null };
        const entry = newRecipient(organization, { ...names, type: 'MailContact', rid: await nextRid(tx, organization.name) });
        const details = {
          ...(given['FirstName'] === undefined ? {} : { givenName: String(given['FirstName']) }),
          ...(given['LastName'] === undefined ? {} : { surname: String(given['LastName']) }),
        };
        const settings = withSettings({}, { name: name === displayName ? undefined : name });
        const facts = { type: 'MailContact', alias: aliasGiven(given), primaryAddress } as const;
        const recipient = targeted(await mailEnabled(tx, scope, { ...entry, details, settings }, facts), external);
        await createRecipient(tx, scope, recipient);
        return recipient;
      });
      return [await show(made, scope)];
    },
  },
  set: setRecipient(noun, {
    parameters: { ExternalEmailAddress: 'text' },
    change: (_scope, given) => routingChange({ parameter: 'ExternalEmailAddress' }, given),
  }),
  remove: removeOf(noun),
} satisfies Readonly<Record<string, Cmdlet>>;
