import type { OuterUser } from '../authority/issue.ts';
import { dedicatedApplication, dedicatedCredential } from './dedicated-application.ts';
import type { OutboundCredential, OutboundParty } from './party.ts';
import { serverToServerCredential } from './server-to-server.ts';

/** Forgets what was held for the host of `url`, after its server refused it: next time the issuer is asked again. */
export function forgetCredential({ tokens, organization }: OutboundParty, url: string): void {
  const { host } = new URL(url);
  tokens.forgetChallenge(organization.name, host);
  tokens.forget(organization.name, (resource) => resource === `https://${host}` || resource.includes(`/${host}@`));
}

/**
 * What an organisation shows when it calls `url` as one of its users (undefined: as itself): a token of its dedicated
 * hybrid application where that is switched on, else one of the shared principal. Refuses with `HybridRefusalCode`; the
 * dialer's refusals pass through.
 */
export async function outboundCredential(party: OutboundParty, url: string, user: OuterUser | undefined): Promise<OutboundCredential> {
  const application = dedicatedApplication(party.settings);
  return application === undefined ? serverToServerCredential(party, url, user) : dedicatedCredential(party, application, url, user);
}
