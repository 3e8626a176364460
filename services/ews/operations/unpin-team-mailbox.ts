import type { unpinTeamMailbox as contract } from '../../../shared/protocols/ews/operations/unpin-team-mailbox.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { Operation } from '../operation.ts';

/** No mailbox here is a team's: those are linked to SharePoint (code: Microsoft's page "ResponseCode"). */
export const unpinTeamMailbox: Operation<typeof contract> = () => Promise.resolve(errorMessage('ErrorTeamMailboxNotFound'));
