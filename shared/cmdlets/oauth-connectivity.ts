import { assertedUser } from '../bridges/hybrid/asserted-user.ts';
import { outboundCredential } from '../bridges/hybrid/outbound.ts';
import type { OutboundParty } from '../bridges/hybrid/party.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import type { Instant } from '../kernel/clock.ts';
import { Refusal } from '../kernel/refusal.ts';
import { dialException } from '../net/dial-words.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, textGiven } from './given.ts';

const services = ['EWS', 'AutoD', 'Generic'] as const;
type TestedService = (typeof services)[number];

/** What is tested, in the words of the cmdlet's own answers. Observed: answers in public posts about hybrid set-ups. */
const tasks: Readonly<Record<TestedService, string>> = {
  EWS: 'Checking EWS API Call Under Oauth',
  AutoD: 'Checking Autodiscover API Call Under Oauth',
  Generic: 'Checking Generic API Call Under Oauth',
};

/**
 * `Test-OAuthConnectivity -Service EWS -TargetUri https://outlook.office365.com/ews/exchange.asmx -Mailbox mary`: calls
 * the address with a server-to-server token as the mailbox's user, hop by hop, and tells what happened. Without
 * `-UseCachedToken` the organisation's tokens are forgotten first. A test that fails answers an object that says so.
 */
export const testOAuthConnectivity: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  positional: 'Service',
  parameters: { Service: 'text', TargetUri: 'text', Mailbox: 'text', AppOnly: 'switch', UseCachedToken: 'switch' },
  required: ['Service', 'TargetUri'],
  async run(scope, given) {
    const service = choiceGiven(given, 'Service', services) ?? 'Generic';
    const target = targetOf(textGiven(given, 'TargetUri') ?? '');
    const isAppOnly = given['AppOnly'] === true;
    const mailbox = textGiven(given, 'Mailbox');
    if (!isAppOnly && mailbox === undefined)
      throw cmdletRefusal('bad-parameter', 'Say whom to be with -Mailbox, or speak for the organisation alone with -AppOnly.');
    const user = isAppOnly || mailbox === undefined ? undefined : await accountOf(scope, mailbox);
    const log = [configurationLoaded(scope.at)];
    const party = await partyOf(scope, (step) => void log.push(step));
    if (given['UseCachedToken'] !== true) {
      party.tokens.clear(scope.organization.name);
      log.push('The token cache is being cleared because "use cached token" was set to false.');
    }
    return [resultOf(tasks[service], await attempt(party, target, user, log), log)];
  },
};

/** What every transcript begins with, whether it goes well or not. Observed: transcripts that are public on GitHub. */
function configurationLoaded(at: Instant): string {
  const minutes = Math.floor((at - Date.parse('0001-01-01T00:00:00Z')) / 60_000);
  return `The configuration was last successfully loaded at 1/1/0001 12:00:00 AM UTC. This was ${minutes} minutes ago.`;
}

function targetOf(text: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:')
    throw cmdletRefusal('bad-parameter', `-TargetUri takes an https address, not ${JSON.stringify(text)}.`);
  return text;
}

async function accountOf({ directory, organization }: CmdletScope, mailbox: string): Promise<Recipient> {
  const book = directory(organization.name);
  const found = (await book.byAddress(mailbox)) ?? (await book.byUserPrincipalName(mailbox)) ?? (await book.byAlias(mailbox));
  if (found !== undefined) return found;
  throw objectNotFound(organization, mailbox);
}

async function partyOf(scope: CmdletScope, tell: (step: string) => void): Promise<OutboundParty> {
  const { organization, at, dialer, identifiers, tokens, trace } = scope;
  const settings = await scope.settings(organization.name);
  return { organization, settings, at, dialer, identifiers, tokens, service: 'cmdlet', parent: trace, tell };
}

/** Gets a credential and asks with it; true when the other side let the caller in. */
async function attempt(party: OutboundParty, target: string, user: Recipient | undefined, log: string[]): Promise<boolean> {
  try {
    const { authorization } = await outboundCredential(party, target, user === undefined ? undefined : assertedUser(user));
    const { status, headers } = await party.dialer.https({
      ...{ url: target, method: 'GET', headers: { authorization }, timeoutMs: 60_000, maxBytes: 1_048_576 },
      ...{ service: party.service, organization: party.organization.name, parent: party.parent },
    });
    log.push(`HTTP response: ${status}`);
    const { 'x-ms-diagnostics': diagnostics } = headers;
    if (diagnostics !== undefined) log.push(`x-ms-diagnostics: ${String(diagnostics)}`);
    // Signed in is signed in: what a bare GET of a service answers afterwards does not matter.
    return status !== 401 && status !== 403 && status < 500;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.push(dialException(error) ?? error.detail ?? error.code);
    return false;
  }
}

function resultOf(task: string, passed: boolean, log: readonly string[]): CmdletObject {
  return {
    Task: task,
    Detail: log.join('\r\n'),
    ResultType: passed ? 'Success' : 'Error',
    Identity: 'Microsoft.Exchange.Security.OAuth.ValidationResultNodeId',
    IsValid: true,
    ObjectState: 'New',
  };
}
