import { nextRid } from '../domain/directory/name-holders.ts';
import { newRecipient } from '../domain/directory/new-recipient.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import { getFolder } from '../domain/mailbox/folders.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { findPublicFolders, pathText, requirePublicFolder } from './public-folder/hierarchy.ts';
import { mailEnabled } from './recipient/enable.ts';
import { addressGiven, aliasGiven, withSettings } from './recipient/mail-settings.ts';
import { getRecipients, type RecipientNoun } from './recipient/noun.ts';
import { mailProperties } from './recipient/shown.ts';
import { removeOf, setRecipient } from './recipient/verbs.ts';
import { createRecipient } from './recipient/write.ts';

const noun: RecipientNoun = { noun: 'MailPublicFolder', kinds: ['on-premises', 'cloud'], types: ['PublicFolder'], show };

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  return {
    EntryId: '',
    ExternalEmailAddress: recipient.targetAddress === null ? '' : `SMTP:${recipient.targetAddress}`,
    OnPremisesObjectId: recipient.settings.onPremisesObjectId ?? '',
    ...(await mailProperties(recipient, scope)),
    ParentPath: parentOf(await pathNow(recipient, scope)),
  };
}

/** Where the folder lies; one that has another name by now is found by its counter. */
async function pathNow({ settings: { publicFolder = '\\', publicFolderCounter } }: Recipient, scope: CmdletScope): Promise<string> {
  const hierarchy = publicFolderCounter === undefined ? undefined : await findPublicFolders(scope);
  if (hierarchy === undefined || publicFolderCounter === undefined) return publicFolder;
  return scope.transaction(async (tx) => {
    const folder = await getFolder(tx, hierarchy.mailbox, publicFolderCounter);
    return folder === undefined ? publicFolder : pathText(tx, hierarchy.mailbox, folder);
  });
}

/**
 * `Enable-MailPublicFolder "\Sales\Orders"`: the directory object of a public folder, by which mail comes into it. Where the
 * organisation has no public folder mailbox, whichever folder is named is taken to be there, and mail to it has no way.
 * `Set-MailPublicFolder orders -ExternalEmailAddress orders@contoso.mail.onmicrosoft.test`: where its mail goes once the public folders
 * were carried away, as Microsoft's script SetMailPublicFolderExternalAddress.ps1 says of each.
 */
export const mailPublicFolder = {
  get: getRecipients(noun),
  enable: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Alias: 'text', PrimarySmtpAddress: 'text', HiddenFromAddressListsEnabled: 'boolean' },
    required: ['Identity'],
    async run(scope, given) {
      const folder = folderGiven(String(given['Identity']));
      const { organization } = scope;
      const hierarchy = await findPublicFolders(scope);
      const found = hierarchy && (await scope.transaction((tx) => requirePublicFolder(tx, hierarchy.mailbox, folder)));
      const held = (await scope.directory(organization.name).all()).find(({ settings }) =>
        found === undefined
          ? settings.publicFolder?.toLowerCase() === folder.toLowerCase()
          : settings.publicFolderCounter === found.counter,
      );
      if (held !== undefined) throw cmdletRefusal('object-exists', `The public folder "${folder}" is mail-enabled already.`);
      const facts = { type: 'PublicFolder', alias: aliasGiven(given), primaryAddress: addressGiven(given, 'PrimarySmtpAddress') } as const;
      await scope.transaction(async (tx) => {
        const displayName = folder.slice(folder.lastIndexOf('\\') + 1);
        const names = { displayName, alias: '', primaryAddress: '', userPrincipalName: null, samAccountName: null };
        const entry = newRecipient(organization, {
          ...{ ...names, guid: scope.identifiers.guid() },
          ...{ type: 'PublicFolder', rid: await nextRid(tx, organization.name) },
        });
        const isHidden = given['HiddenFromAddressListsEnabled'] === true;
        const settings = withSettings(
          { publicFolder: folder, publicFolderCounter: found?.counter },
          { hiddenFromAddressLists: isHidden ? true : undefined },
        );
        await createRecipient(tx, scope, await mailEnabled(tx, scope, { ...entry, settings }, facts));
      });
      return [];
    },
  },
  set: setRecipient(noun, {
    parameters: { ExternalEmailAddress: 'nullable text' },
    change(_, given) {
      const external = addressGiven(given, 'ExternalEmailAddress');
      if (given['ExternalEmailAddress'] === undefined) return (current) => current;
      return (current) => (external === undefined ? { ...current, targetAddress: null } : { ...current, targetAddress: external });
    },
  }),
  /** The folder stays, so of its directory object nothing is left. */
  disable: removeOf({ ...noun, noun: 'MailPublicFolder' }),
} satisfies Readonly<Record<string, Cmdlet>>;

function folderGiven(path: string): string {
  const folder = path.startsWith('\\') ? path : `\\${path}`;
  if (/^(\\[^\\]{1,250}){1,32}$/.test(folder)) return folder;
  throw cmdletRefusal(
    'bad-parameter',
    `-Identity takes the path of a public folder such as "\\Sales\\Orders", not ${JSON.stringify(path)}.`,
  );
}

function parentOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('\\')) || '\\';
}
