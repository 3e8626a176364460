import { archiveNameOf, localArchive, localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { createMailbox } from '../../domain/mailbox/mailboxes.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { textGiven } from '../given.ts';
import { withSettings } from './mail-settings.ts';
import { type RecipientNoun, requireOf } from './noun.ts';
import { identityOf, noGuid } from './shown.ts';
import { requireNotSynchronised } from './verbs.ts';
import { changeRecipient } from './write.ts';

/**
 * `Enable-Mailbox mary -Archive`: a second, empty mailbox for the same owner. Refuses with `object-exists` who has one. What
 * lay in an archive that was disabled before stays nobody's.
 */
export async function enableArchive(noun: RecipientNoun, scope: CmdletScope, given: CmdletParameters): Promise<Recipient> {
  const identity = String(given['Identity']);
  const found = await requireOf(noun, scope, identity);
  requireNotSynchronised('Enable-Mailbox', found);
  const archiveGuid = scope.identifiers.guid();
  const archiveName = textGiven(given, 'ArchiveName');
  const enabled = (current: Recipient): Recipient => {
    if (localMailbox(current) === null) throw objectNotFound(scope.organization, identity);
    if (localArchive(current) !== null)
      throw cmdletRefusal('object-exists', `The mailbox of ${identityOf(current)} has an archive already.`);
    return { ...current, archiveGuid, settings: withSettings(current.settings, { archiveName }) };
  };
  return changeRecipient(scope, found, enabled, async (tx, { guid, organization }) => {
    const ids = { databaseGuid: namedGuid('database', organization), replicaGuid: scope.identifiers.guid() };
    await createMailbox(tx, { guid: archiveGuid, organization, recipient: guid, kind: 'archive', ...ids }, scope.at);
  });
}

/** `Disable-Mailbox mary -Archive`: the mailbox stays, without its archive. What lies in that stays in the store, nobody's. */
export async function disableArchive(noun: RecipientNoun, scope: CmdletScope, given: CmdletParameters): Promise<void> {
  const found = await requireOf(noun, scope, String(given['Identity']));
  requireNotSynchronised('Disable-Mailbox', found);
  await changeRecipient(scope, found, (current) => {
    if (localArchive(current) === null) throw cmdletRefusal('operation-failed', `The mailbox of ${identityOf(current)} has no archive.`);
    return { ...current, archiveGuid: null, settings: withSettings(current.settings, { archiveName: undefined }) };
  });
}

/** The archive as Get-Mailbox shows it. Databases have no names here: theirs is a GUID. */
export function archiveShown(recipient: Recipient): CmdletObject {
  const archive = localArchive(recipient);
  return {
    ArchiveDatabase: archive === null ? '' : namedGuid('database', recipient.organization),
    ArchiveGuid: archive ?? noGuid,
    ArchiveName: archive === null ? [] : [archiveNameOf(recipient)],
    ArchiveStatus: archive === null ? 'None' : 'Active',
  };
}
