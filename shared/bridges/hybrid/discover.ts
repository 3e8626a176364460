import { Refusal } from '../../kernel/refusal.ts';
import { statusWithReason } from '../../net/http-status.ts';
import { askUserSettings, type Unanswered, type UserSettingsResult } from '../../protocols/autodiscover/client.ts';
import type { UserResponse } from '../../protocols/autodiscover/contract.ts';
import { diagnosticsIn } from '../../protocols/oauth/diagnostics-in.ts';
import { dialing, type OutboundParty, serverVersion } from './party.ts';
import { type HybridRefusalCode, hybridRefusal } from './refusals.ts';

/** The EWS address of a mailbox, or why there is none. */
export type Discovered = string | Refusal;

/** Of the world's time. */
const longestMs = 10_000;
/** The machine's time bounds a call too: the world's may stand still. */
const answerLimits = { timeoutMs: 60_000, maxBytes: 1_048_576 };

/**
 * The EWS addresses of mailboxes in another organisation, a hundred at most, asked in one request at that organisation's
 * Autodiscover. What is refused for one mailbox leaves the others theirs. Refusals of the dialer pass through.
 *
 * @param endpoint `https://host/autodiscover/autodiscover.svc`, with `/WSSecurity` for a delegation token
 * @param credential an `Authorization` header's value, an account, or header blocks of the envelope
 */
export async function discoverEws(
  party: OutboundParty,
  endpoint: string,
  mailboxes: readonly string[],
  credential: Pick<Parameters<typeof askUserSettings>[2], 'authorization' | 'account' | 'headers'>,
): Promise<readonly Discovered[]> {
  const limit = party.limits?.(longestMs);
  const signals = [party.signal, limit?.signal].filter((signal) => signal !== undefined);
  let result: UserSettingsResult;
  try {
    result = await askUserSettings(
      party.dialer,
      endpoint,
      {
        mailboxes,
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
  if (result.is === 'answer') return result.users.map((user) => addressIn(user, endpoint));
  const why: Unanswered = result;
  return mailboxes.map((mailbox) => hybridRefusal('autodiscover-failed', unanswered(mailbox, why)));
}

function addressIn({ ErrorCode, UserSettings, UserSettingErrors }: UserResponse, endpoint: string): string | Refusal<HybridRefusalCode> {
  const found = (UserSettings?.UserSetting ?? []).find((setting) => setting.type === 'StringSetting' && setting.Name === 'ExternalEwsUrl');
  const told = found?.type === 'StringSetting' ? found.Value : undefined;
  if (told !== undefined && isCallable(told)) return told;
  // A virtual directory without an ExternalUrl makes the setting an error of its own; the user is none.
  const missing = UserSettingErrors?.UserSettingError.find(({ SettingName }) => SettingName === 'ExternalEwsUrl');
  const lacking = told === undefined ? (missing?.ErrorCode ?? 'the setting is missing') : 'it is no https address';
  const why = ErrorCode === 'NoError' ? lacking : ErrorCode;
  // Published ("Resolve free/busy errors"), LID 33676; "InvalidUser" is what it ends in there.
  return hybridRefusal(
    'autodiscover-failed',
    `The response from the Autodiscover service at '${endpoint}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: ${why}.`,
    { UserSetting: 'ExternalEwsUrl' },
  );
}

/**
 * What an endpoint told of each mailbox in the last ten minutes, else what it tells now: `discover` is asked once for all
 * others, and what it refuses with is refused of each of them.
 */
export async function knownOrDiscovered(
  { tokens, organization, at, tell }: OutboundParty,
  endpoint: string,
  mailboxes: readonly string[],
  discover: (unknown: readonly string[]) => Promise<readonly Discovered[]>,
): Promise<readonly Discovered[]> {
  const of = new Map<string, Discovered | undefined>();
  for (const mailbox of mailboxes) {
    const known = tokens.delegations.endpoint(organization.name, { endpoint, mailbox }, at);
    if (known !== undefined) tell?.(`the address of ${mailbox} is in the cache: ${known}`);
    of.set(mailbox, known);
  }
  const unknown = [...of].flatMap(([mailbox, known]) => (known === undefined ? [mailbox] : []));
  const told = unknown.length === 0 ? [] : await orRefusals(unknown, discover);
  for (const [index, mailbox] of unknown.entries()) {
    const url = told[index];
    of.set(mailbox, url);
    if (typeof url !== 'string') continue;
    tokens.delegations.keepEndpoint(organization.name, { endpoint, mailbox }, url, at);
    tell?.(`${endpoint} told the address of ${mailbox}: ${url}`);
  }
  return mailboxes.map((mailbox) => of.get(mailbox) ?? hybridRefusal('autodiscover-failed', `no answer for ${mailbox}`));
}

async function orRefusals(
  mailboxes: readonly string[],
  discover: (unknown: readonly string[]) => Promise<readonly Discovered[]>,
): Promise<readonly Discovered[]> {
  try {
    return await discover(mailboxes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return mailboxes.map(() => error);
  }
}

/** Published (same page) but for what an answer that is none of Autodiscover's says. */
function unanswered(mailbox: string, result: Unanswered): string {
  const head = `Autodiscover failed for email address ${mailbox} with error`;
  if (result.is === 'fault') return `${head} System.Web.Services.Protocols.SoapHeaderException: ${result.reason}`;
  if (result.is === 'unreadable') return `${head} ${result.detail}`;
  const diagnostics = diagnosticsIn(result.headers);
  const told = diagnostics === undefined ? '.' : ` diagnostics: ${diagnostics}`;
  return `${head} System.Net.WebException: The request failed with HTTP status ${statusWithReason(result.status)}${told}`;
}

/** What others tell may be anything; the dialer takes https addresses without credentials. */
export function isCallable(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
