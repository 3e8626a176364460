import { clientsRemedies } from './clients.ts';
import { delegationRemedies } from './delegation.ts';
import { mailRemedies } from './mail.ts';
import { registrationsRemedies } from './registrations.ts';
import { requestsRemedies } from './requests.ts';
import { rightsRemedies } from './rights.ts';
import { sharingRemedies } from './sharing.ts';
import { signInRemedies } from './sign-in.ts';
import { tokenRequestsRemedies } from './token-requests.ts';
import { tokensRemedies } from './tokens.ts';

/** What to do when a check has failed, one line each, by the check's name. */
const remedies: Readonly<Record<string, string>> = {
  ...signInRemedies,
  ...tokensRemedies,
  ...rightsRemedies,
  ...clientsRemedies,
  ...requestsRemedies,
  ...delegationRemedies,
  ...tokenRequestsRemedies,
  ...registrationsRemedies,
  ...sharingRemedies,
  ...mailRemedies,
};

/** The remedy for a check that has failed; null for a check that nobody has written one for. */
export function remedyFor(check: string): string | null {
  return remedies[check] ?? null;
}

/** Every check that has a remedy. */
export function checksWithRemedy(): readonly string[] {
  return Object.keys(remedies);
}
