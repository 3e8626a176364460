import type { OuterUser } from '../authority/issue.ts';
import { dedicatedApplication, dedicatedCredential } from './dedicated-application.ts';
import type { OutboundCredential, OutboundParty } from './party.ts';
import { serverToServerCredential } from './server-to-server.ts';

/**
 * What an organisation shows when it calls `url` as one of its users (undefined: as itself): a token of its dedicated
 * hybrid application where that is switched on, else one of the shared principal. Refuses with `HybridRefusalCode`; the
 * dialer's refusals pass through.
 */
export async function outboundCredential(party: OutboundParty, url: string, user: OuterUser | undefined): Promise<OutboundCredential> {
  const application = dedicatedApplication(party.settings);
  return application === undefined ? serverToServerCredential(party, url, user) : dedicatedCredential(party, application, url, user);
}
