import { nextRid } from '../domain/directory/name-holders.ts';
import { newRecipient } from '../domain/directory/new-recipient.ts';
import { withFurther } from '../domain/directory/proxy-addresses.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { guidGiven, listGiven, textGiven } from './given.ts';
import { mailPublicFolder } from './mail-public-folder.ts';
import { mailEnabled } from './recipient/enable.ts';
import { addressGiven, aliasGiven, withSettings } from './recipient/mail-settings.ts';
import { targeted } from './recipient/routed.ts';
import { removeOf } from './recipient/verbs.ts';
import { createRecipient } from './recipient/write.ts';

/**
 * `New-SyncMailPublicFolder -Name Orders -Alias orders -EmailAddresses SMTP:orders@contoso.test -ExternalEmailAddress
 * orders@contoso.test -OnPremisesObjectId <guid>`: what Microsoft's script Sync-MailPublicFolders.ps1 makes in Exchange Online of each
 * mail-enabled public folder on-premises, whose GUID, addresses and alias `Get-MailPublicFolder` shows there.
 */
export const syncMailPublicFolder = {
  new: {
    kinds: ['cloud'],
    positional: 'Name',
    parameters: {
      ...{ Name: 'text', Alias: 'text', EmailAddresses: 'list', ExternalEmailAddress: 'text' },
      ...{ HiddenFromAddressListsEnabled: 'boolean', OnPremisesObjectId: 'text' },
    },
    required: ['Name', 'Alias'],
    async run(scope, given) {
      const { organization } = scope;
      const { primary, others } = addressesGiven(given);
      const external = addressGiven(given, 'ExternalEmailAddress') ?? primary;
      const name = String(given['Name']);
      const made = await scope.transaction(async (tx) => {
        const names = { displayName: name, alias: '', primaryAddress: '', userPrincipalName: null, samAccountName: null };
        const rid = await nextRid(tx, organization.name);
        const entry = newRecipient(organization, { ...names, guid: scope.identifiers.guid(), type: 'PublicFolder', rid });
        const settings = withSettings(
          { publicFolder: `\\${name}`, onPremisesObjectId: guidGiven(given, 'OnPremisesObjectId') },
          { hiddenFromAddressLists: given['HiddenFromAddressListsEnabled'] === true ? true : undefined },
        );
        const facts = { type: 'PublicFolder', alias: aliasGiven(given), primaryAddress: primary } as const;
        const named = targeted(await mailEnabled(tx, scope, { ...entry, settings }, facts), external);
        const recipient = { ...named, addresses: withFurther(named.addresses, others) };
        await createRecipient(tx, scope, recipient);
        return recipient;
      });
      return mailPublicFolder.get.run(scope, { Identity: made.guid });
    },
  },
  remove: removeOf({ noun: 'SyncMailPublicFolder', kinds: ['cloud'], types: ['PublicFolder'], show: () => Promise.resolve({}) }),
} satisfies Readonly<Record<string, Cmdlet>>;

/** `SMTP:` is the primary address, `smtp:` a further one. */
function addressesGiven(given: CmdletParameters): { readonly primary: string; readonly others: readonly string[] } {
  const written = listGiven(given, 'EmailAddresses') ?? [];
  const primary = written.find((one) => one.startsWith('SMTP:')) ?? textGiven(given, 'ExternalEmailAddress');
  if (primary === undefined)
    throw cmdletRefusal('bad-parameter', '-EmailAddresses takes a primary address (SMTP:), or -ExternalEmailAddress stands in for it.');
  return { primary: primary.replace(/^smtp:/i, ''), others: written.filter((one) => one !== primary) };
}
