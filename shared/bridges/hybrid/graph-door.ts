import { settingOverride } from '../../domain/organization/setting-overrides.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { AuthServer } from '../../domain/trust/auth-servers.ts';
import { type GraphResult, postGraph } from '../../protocols/graph/client.ts';
import { dedicatedApplication, dedicatedCredential } from './dedicated-application.ts';
import { forgetCredential } from './outbound.ts';
import { dialing, type OutboundParty, serverVersion } from './party.ts';

/** A way to the tenant's mailboxes by Microsoft Graph, as the organisation's dedicated hybrid application. */
export interface GraphDoor {
  /** `https://graph.microsoft.com` */
  readonly baseUrl: string;
  /** Posts JSON to a path. Refuses with `HybridRefusalCode`; the dialer's refusals pass through. */
  post(path: string, body: object): Promise<GraphResult>;
}

const usualBaseUrl = 'https://graph.microsoft.com';
const limits = { timeoutMs: 90_000, maxBytes: 16 * 1_048_576 };

/**
 * The way by Graph, where it is switched on: an override of the section RouteThroughMSGraph beside the dedicated application
 * (learn.microsoft.com, "Deploy dedicated Exchange hybrid app"). Calls carry the application's own token; there is no user in them.
 */
export function graphDoor(party: OutboundParty): GraphDoor | undefined {
  const application = graphApplication(party.settings);
  if (application === undefined) return undefined;
  const { GraphBaseUrl = '' } = application;
  const baseUrl = GraphBaseUrl === '' ? usualBaseUrl : GraphBaseUrl.replace(/\/+$/, '');
  return {
    baseUrl,
    async post(path, body) {
      const { authorization } = await dedicatedCredential(party, application, baseUrl, undefined);
      const userAgent = `ASProxy/CrossForest/EmailDomain//${serverVersion(party)}`;
      const result = await postGraph(
        party.dialer,
        `${baseUrl}${path}`,
        { authorization, userAgent, body },
        { ...dialing(party), ...limits },
      );
      // Permissions are in the token: what was refused is asked for anew the next time.
      if (result.is === 'http' && (result.status === 401 || result.status === 403)) forgetCredential(party, baseUrl);
      return result;
    },
  };
}

function graphApplication(settings: Settings): AuthServer | undefined {
  const enabled = settingOverride(settings, 'SettingOverride', 'RouteThroughMSGraph', 'Enabled');
  return enabled?.toLowerCase() === 'true' ? dedicatedApplication(settings) : undefined;
}
