import { askUserSettings } from '../../protocols/autodiscover/client.ts';
import type { OuterUser } from '../authority/issue.ts';
import { outboundCredential } from './outbound.ts';
import { dialing, type OutboundParty } from './party.ts';
import { hybridRefusal } from './refusals.ts';

const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/**
 * The EWS address of a mailbox in another organisation, asked at that organisation's Autodiscover with a token for its
 * host. Refuses with `HybridRefusalCode`; the dialer's refusals pass through.
 *
 * @param endpoint `https://host/autodiscover/autodiscover.svc`
 */
export async function discoverEws(party: OutboundParty, endpoint: string, mailbox: string, user: OuterUser | undefined): Promise<string> {
  const { authorization } = await outboundCredential(party, endpoint, user);
  const result = await askUserSettings(
    party.dialer,
    endpoint,
    { mailbox, settings: ['ExternalEwsUrl'], messageId: `urn:uuid:${party.identifiers.guid()}`, authorization },
    { ...dialing(party), ...limits },
  );
  const settings = result.is === 'answer' ? (result.user.UserSettings?.UserSetting ?? []) : [];
  const found = settings.find((setting) => setting.type === 'StringSetting' && setting.Name === 'ExternalEwsUrl');
  if (found?.type !== 'StringSetting') {
    const why =
      result.is === 'answer'
        ? (result.user.ErrorMessage ?? 'no such setting')
        : result.is === 'http'
          ? `status ${result.status}`
          : result.is === 'fault'
            ? result.reason
            : result.detail;
    throw hybridRefusal('autodiscover-failed', `Autodiscover at ${endpoint} gave no EWS address for ${mailbox}: ${why}`);
  }
  return found.Value;
}
