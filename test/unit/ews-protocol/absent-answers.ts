import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

const success = { class: 'Success' } as const;

/** What is answered by operations of functions that no organisation here has. */
export const absentAnswers = {
  DisableApp: [errorMessage('ErrorExtensionNotFound')],
  DisconnectPhoneCall: [success, errorMessage('ErrorInvalidPhoneCallId')],
  GetAppManifests: [
    { ...success, Apps: {} },
    { ...success, Manifests: {} },
  ],
  GetPhoneCallInformation: [errorMessage('ErrorInvalidPhoneCallId')],
  PlayOnPhone: [errorMessage('ErrorUserNotUnifiedMessagingEnabled')],
  SetTeamMailbox: [errorMessage('ErrorTeamMailboxNotFound')],
  UninstallApp: [errorMessage('ErrorInternalServerError')],
  UnpinTeamMailbox: [errorMessage('ErrorTeamMailboxNotFound')],
} as const;
