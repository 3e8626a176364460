import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const userUnknown: Misconfiguration = {
  id: 'user-unknown',
  title: 'The other side has nobody of that name',
  symptom:
    "The response from the Autodiscover service failed due to an error in user setting 'ExternalEwsUrl'. Error message: InvalidUser.",
  codes: ['ErrorAutoDiscoverFailed', 'LID: 33676'],
  source: resolveFreeBusy,
  notice: 'Get-Recipient of the address, over there, finds nobody.',
  remedy: 'Correct the address, or targetAddress of the contact that has it.',
  variants: {},
  shownBy: 'It lies in the question: GetUserAvailability for an address of the other domain that nobody has.',
};
