import { statusWithReason } from '../../net/http-status.ts';
import { askUserSettings, type Unanswered, type UserSettingsResult } from '../../protocols/autodiscover/client.ts';
import { dialing, type OutboundParty, serverVersion } from './party.ts';
import { hybridRefusal } from './refusals.ts';

/** Of the world's time. */
const longestMs = 10_000;
/** The machine's time bounds a call too: the world's may stand still. */
const answerLimits = { timeoutMs: 60_000, maxBytes: 1_048_576 };

/**
 * The EWS address of a mailbox in another organisation, asked at that organisation's Autodiscover. Refuses with
 * `HybridRefusalCode`; the dialer's refusals pass through.
 *
 * @param endpoint `https://host/autodiscover/autodiscover.svc`, with `/WSSecurity` for a delegation token
 * @param credential an `Authorization` header's value, an account, or header blocks of the envelope
 */
export async function discoverEws(
  party: OutboundParty,
  endpoint: string,
  mailbox: string,
  credential: Pick<Parameters<typeof askUserSettings>[2], 'authorization' | 'account' | 'headers'>,
): Promise<string> {
  const limit = party.limits?.(longestMs);
  const signals = [party.signal, limit?.signal].filter((signal) => signal !== undefined);
  let result: UserSettingsResult;
  try {
    result = await askUserSettings(
      party.dialer,
      endpoint,
      {
        mailbox,
        settings: ['ExternalEwsUrl'],
        messageId: `urn:uuid:${party.identifiers.guid()}`,
        userAgent: `ASAutoDiscover/CrossForest/EmailDomain//${serverVersion(party)}`,
        ...credential,
      },
      { ...dialing(party), ...answerLimits, signal: AbortSignal.any(signals) },
    );
  } finally {
    limit?.end();
  }
  if (result.is !== 'answer') throw hybridRefusal('autodiscover-failed', unanswered(mailbox, result));
  const { ErrorCode, UserSettings, UserSettingErrors } = result.user;
  const found = (UserSettings?.UserSetting ?? []).find((setting) => setting.type === 'StringSetting' && setting.Name === 'ExternalEwsUrl');
  const told = found?.type === 'StringSetting' ? found.Value : undefined;
  if (told !== undefined && isCallable(told)) return told;
  // A virtual directory without an ExternalUrl makes the setting an error of its own; the user is none.
  const missing = UserSettingErrors?.UserSettingError.find(({ SettingName }) => SettingName === 'ExternalEwsUrl');
  const lacking = told === undefined ? (missing?.ErrorCode ?? 'the setting is missing') : 'it is no https address';
  const why = ErrorCode === 'NoError' ? lacking : ErrorCode;
  // Published (reference ews.md 5.4), LID 33676; "InvalidUser" is what it ends in there.
  throw hybridRefusal(
    'autodiscover-failed',
    `The response from the Autodiscover service at '${endpoint}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: ${why}.`,
    // Others may be found all the same.
    { UserSetting: 'ExternalEwsUrl' },
  );
}

/** What an endpoint told of a mailbox in the last ten minutes, else what it tells now. */
export async function knownOrDiscovered(
  { tokens, organization, at, tell }: OutboundParty,
  endpoint: string,
  mailbox: string,
  discover: () => Promise<string>,
): Promise<string> {
  const known = tokens.delegations.endpoint(organization.name, { endpoint, mailbox }, at);
  if (known !== undefined) {
    tell?.(`the address of ${mailbox} is in the cache: ${known}`);
    return known;
  }
  const url = await discover();
  tokens.delegations.keepEndpoint(organization.name, { endpoint, mailbox }, url, at);
  tell?.(`${endpoint} told the address of ${mailbox}: ${url}`);
  return url;
}

/** Published (reference ews.md 5.4) but for what an answer that is none of Autodiscover's says. */
function unanswered(mailbox: string, result: Unanswered): string {
  const head = `Autodiscover failed for email address ${mailbox} with error`;
  if (result.is === 'fault') return `${head} System.Web.Services.Protocols.SoapHeaderException: ${result.reason}`;
  if (result.is === 'unreadable') return `${head} ${result.detail}`;
  return `${head} System.Net.WebException: The request failed with HTTP status ${statusWithReason(result.status)}.`;
}

/** What others tell may be anything; the dialer takes https addresses without credentials. */
export function isCallable(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
