import { onPremisesOf, somebody } from '../topology.ts';
import { isMailbox } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const calendarPermissionNone: Misconfiguration = {
  id: 'calendar-permission-none',
  title: 'The calendar shows strangers nothing',
  symptom: 'The caller does not have access to free/busy data, LID: 44348',
  codes: ['ErrorNoFreeBusyAccess', 'LID: 44348'],
  source: resolveFreeBusy,
  notice: 'Get-MailboxFolderPermission <mailbox>:\\Calendar shows Default None.',
  remedy: 'Set-MailboxFolderPermission <mailbox>:\\Calendar -User Default -AccessRights AvailabilityOnly.',
  variants: {
    none: {
      how: 'the calendar shows strangers nothing',
      unseen: 'The permission lies in the folder of the mailbox, and what its owner shows is no mistake of the configuration.',
      play(topology) {
        const { name } = onPremisesOf(topology);
        const calendar = `${somebody(topology, name, isMailbox).primaryAddress}:\\Calendar`;
        const line = `Set-MailboxFolderPermission ${calendar} -User Default -AccessRights`;
        return {
          broken: [
            { at: name, line: `Get-MailboxFolderPermission ${calendar} -User Default`, keeps: 'before' },
            { at: name, line: `${line} None`, undo: { at: name, line: `${line} {{before.AccessRights}}` } },
          ],
          mended: [{ at: name, line: `${line} AvailabilityOnly` }],
        };
      },
    },
  },
};
