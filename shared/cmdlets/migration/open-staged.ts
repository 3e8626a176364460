import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { digestKeys } from '../../domain/identity/digest-keys.ts';
import { ntHash } from '../../domain/identity/nt-hash.ts';
import type { MigrationUser } from '../../domain/migration/migration-users.ts';
import { openPassword } from '../../domain/migration/sealed-password.ts';
import type { CmdletScope } from '../cmdlet.ts';
import type { Unmovable } from '../move-request/preconditions.ts';
import { openMailbox } from '../recipient/enable.ts';
import { withSettings } from '../recipient/mail-settings.ts';
import { identityOf } from '../recipient/shown.ts';
import { changeRecipient } from '../recipient/write.ts';
import { routingAddress } from './anywhere-batch.ts';
import { nobody } from './nobody.ts';

/** Somebody with a mailbox that is to be filled, or why he gets none. */
export type OpenedStaged =
  | { readonly person: Recipient; readonly said: readonly string[] }
  | { readonly person: Recipient | undefined; readonly problem: Unmovable };

const permanent = 'MigrationPermanentException';

/** Gives a synchronised mail user his mailbox: it can be used at once, and is empty. Sentences without a source are ours. */
export async function openStaged(scope: CmdletScope, { guid, address, staged }: MigrationUser): Promise<OpenedStaged> {
  const { organization, directory, at } = scope;
  const person = await directory(organization.name).byAddress(address);
  if (person === undefined) return { person, problem: nobody(address) };
  if (localMailbox(person) !== null)
    // Published: OfficeDocs-Support.
    return {
      person,
      problem: {
        type: 'TargetUserAlreadyHasPrimaryMailboxException',
        message: `Target user '${person.displayName}' already has a primary mailbox.`,
      },
    };
  if (person.type !== 'MailUser' || person.settings.sourceAnchor === undefined)
    return {
      person,
      problem: { type: permanent, message: `'${identityOf(person)}' is no mail user that directory synchronization has made.` },
    };
  if (routingAddress(scope, person) === undefined)
    return {
      person,
      problem: {
        type: permanent,
        message: `'${identityOf(person)}' has no address in the tenant's own domain, to which his mail could be sent on.`,
      },
    };
  const { sealed = null, forceChangePassword = false } = staged ?? {};
  const password = sealed === null ? null : await scope.transaction((tx) => openPassword(tx, organization.name, guid, sealed));
  const given = password === null ? {} : { ntHash: ntHash(password) };
  const keys = password === null ? person.settings.digestKeys : digestKeys(organization, person, password);
  const mustChangePassword = forceChangePassword ? true : undefined;
  const exchangeGuid = scope.identifiers.guid();
  const opened = await changeRecipient(
    scope,
    person,
    (current) => ({
      ...current,
      ...given,
      ...{ type: 'UserMailbox', exchangeGuid, archiveGuid: null, targetAddress: null },
      settings: withSettings(current.settings, {
        digestKeys: keys,
        mustChangePassword: mustChangePassword ?? current.settings.mustChangePassword,
        passwordSetAt: password === null ? current.settings.passwordSetAt : at,
      }),
    }),
    (tx, changed) => openMailbox(tx, scope, changed),
  );
  const said = [
    `'${opened.displayName}' has a mailbox here. It can be used, and is empty until its contents are copied.`,
    password === null
      ? 'The password stays the one that directory synchronization brings.'
      : `The account '${opened.userPrincipalName}' has the password of the list until directory synchronization brings another one.`,
    'Mail programs need a new profile for the mailbox here, and download it anew.',
  ];
  return { person: opened, said };
}
