import type { Recipient } from '../domain/directory/recipient.ts';
import { type Federation, federationOf } from '../domain/trust/federated-organization.ts';
import { type OfferName, offerDurationMs } from '../domain/trust/offers.ts';
import { type OrganizationRelationship, organizationRelationships } from '../domain/trust/organization-relationships.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { RelationshipSettings } from '../protocols/autodiscover/contract.ts';
import type { TokenResponse } from '../protocols/wstrust/response.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireObject } from './config-object.ts';
import { dialText, requestFailedText } from './download.ts';
import { askLadder, type FoundFederation } from './federation-information.ts';
import { textGiven } from './given.ts';
import { requireMailbox } from './recipient-identity.ts';
import { consistencyIssues, error, type Issue, remoteIssues, warning } from './relationship-issues.ts';

/** A relationship under test, by whom and for whom. */
interface Trial {
  readonly scope: CmdletScope;
  readonly relationship: OrganizationRelationship;
  readonly federation: Federation;
  readonly user: Recipient;
  /** Keeps what a step has found; true when none of it is an error. */
  found(issues: readonly Issue[]): boolean;
}

const offer: OfferName = 'MSExchange.Autodiscover';
/** So many domains of a relationship are asked after where nobody answers for them: hosts that are silent cost time. */
const mostDomains = 5;
const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/**
 * `Test-OrganizationRelationship -UserIdentity mary@contoso.test -Identity Fabrikam`: whether the two sides of a
 * relationship fit together: how the other organisation is federated, whether a delegation token for the user can be had
 * and is taken by its Autodiscover, and what relationship it has with this one. Neither calendars nor mailboxes are asked
 * for (learn.microsoft.com, page of the cmdlet). Without -Identity all relationships are tested. The steps are told as they
 * are taken; the objects are what is wrong, and why is a warning.
 *
 * Observed: the sentences of the steps, in transcripts of a success and of a failure in the fifth step (public on GitHub).
 * Those of the issues are ours where nothing else is said.
 */
export const testOrganizationRelationship: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  positional: 'Identity',
  parameters: { Identity: 'text', UserIdentity: 'text' },
  required: ['UserIdentity'],
  async run(scope, given) {
    const { owner: user } = await requireMailbox(scope, textGiven(given, 'UserIdentity') ?? '');
    const federation = federationOf(await scope.settings(scope.organization.name));
    if (federation === undefined)
      throw cmdletRefusal('operation-failed', 'Organization is not federated: New-FederationTrust, Set-FederatedOrganizationIdentifier.');
    const shown: CmdletObject[] = [];
    for (const relationship of await relationshipsOf(scope, textGiven(given, 'Identity')))
      shown.push(...(await tested(scope, relationship, federation, user)));
    return shown;
  },
};

async function relationshipsOf({ organization, transaction }: CmdletScope, identity: string | undefined) {
  return transaction(async (tx) => {
    if (identity !== undefined) return [(await requireObject(organizationRelationships, organization, identity, tx)).value];
    return (await organizationRelationships.list(tx, organization.name)).map(({ value }) => value);
  });
}

async function tested(
  scope: CmdletScope,
  relationship: OrganizationRelationship,
  federation: Federation,
  user: Recipient,
): Promise<readonly CmdletObject[]> {
  const { TokenIssuerUri, ApplicationUri } = federation.trust;
  const { Name, Enabled } = relationship;
  scope.say(`Begin testing for organization relationship CN=${Name},CN=Federation, enabled state ${Enabled ? 'True' : 'False'}.`);
  scope.say(`Exchange D-Auth Federation Authentication STS Client Identities are ${TokenIssuerUri}/${ApplicationUri};`);
  const issues: Issue[] = [];
  if (!Enabled) issues.push(warning('RelationshipDisabled', 'The organization relationship is disabled: nothing is shared by it.'));
  const found: Trial['found'] = (those) => {
    issues.push(...those);
    const isWhole = those.every(({ Status }) => Status !== 'Error');
    scope.say(isWhole ? 'RESULT: Success.' : 'RESULT: Error.');
    return isWhole;
  };
  await steps({ scope, relationship, federation, user, found });
  scope.say('LAST STEP: Writing results...');
  if (issues.length === 0) scope.say('No Significant Issues to Report');
  for (const { Id, why } of issues) if (why !== undefined) scope.warn(`${Id}: ${why}`);
  scope.say('COMPLETE.');
  return issues.map(({ Id, Status, Description }) => ({ Identity: '', Id, Status, Description, IsValid: true, ObjectState: 'New' }));
}

/** A step that fails ends the test, but for the third, which only compares. */
async function steps(trial: Trial): Promise<void> {
  const { scope, relationship, federation, found } = trial;
  scope.say('STEP 1: Validating user configuration');
  if (!found(await userIssues(trial))) return;
  scope.say('STEP 2: Getting federation information from remote organization...');
  const information = await federationInformation(trial);
  if (!found('Id' in information ? [information] : []) || 'Id' in information) return;
  scope.say('STEP 3: Validating consistency in returned federation information');
  found([...consistencyIssues(relationship, federation, information)]);
  scope.say('STEP 4: Requesting delegation token from the STS...');
  const token = await delegationToken(trial);
  if (!found('Id' in token ? [token] : []) || 'Id' in token) return;
  const seconds = offerDurationMs(offer) / 1_000;
  scope.say(`Retrieved token for target ${relationship.TargetAutodiscoverEpr} for offer Name=${offer},Duration=${seconds}(secs)`);
  scope.say('STEP 5: Getting organization relationship setting from remote partner...');
  const theirs = await remoteRelationships(trial, token.token);
  if ('Id' in theirs) scope.say('RESULT: Unable to retrieve organization relationships from remote organization.');
  if (!found('Id' in theirs ? [theirs] : []) || 'Id' in theirs) return;
  scope.say('STEP 6: Validating organization relationships returned from remote partner');
  found([...remoteIssues(relationship, federation, theirs.relationships)]);
}

async function userIssues({ federation, user }: Trial): Promise<readonly Issue[]> {
  const { federatedUser } = await import('../bridges/hybrid/federated-user.ts');
  try {
    federatedUser(federation.identifier, user);
    return [];
  } catch (caught) {
    if (!(caught instanceof Refusal) || caught.code !== 'user-not-federated') throw caught;
    return [error('UserWithoutFederatedAddress', caught.detail ?? caught.code)];
  }
}

/** As Get-FederationInformation finds it, by the first domain that anybody answers for. */
async function federationInformation({ scope, relationship }: Trial): Promise<FoundFederation | Issue> {
  const { DomainNames, TargetAutodiscoverEpr } = relationship;
  const trusted = URL.canParse(TargetAutodiscoverEpr) ? [new URL(TargetAutodiscoverEpr).hostname] : [];
  const failures: string[] = [];
  for (const domain of DomainNames.slice(0, mostDomains)) {
    try {
      return await askLadder(scope, domain, trusted);
    } catch (caught) {
      if (!(caught instanceof Refusal) || caught.code !== 'operation-failed') throw caught;
      failures.push(caught.detail ?? '');
    }
  }
  // The article on Exchange 2010 SP1 federation has the sentence.
  const sentence = 'Federation information could not be received from the external organization.';
  return error('FederationInformationNotReceived', sentence, failures[0]);
}

/** A token of its own: none that is at hand, and none that is left behind. */
async function delegationToken({ scope, relationship, user }: Trial): Promise<{ readonly token: TokenResponse['token'] } | Issue> {
  const [hybrid, { createTokenCache }] = await Promise.all([
    import('../bridges/hybrid/delegated.ts'),
    import('../bridges/hybrid/token-cache.ts'),
  ]);
  const { organization, at, dialer, identifiers, trace: parent } = scope;
  const settings = await scope.settings(organization.name);
  const party = { organization, settings, at, dialer, identifiers, tokens: createTokenCache(), service: 'cmdlets', parent };
  try {
    return await hybrid.delegationToken(party, { target: relationship.TargetApplicationUri, offer, user });
  } catch (caught) {
    if (!(caught instanceof Refusal)) throw caught;
    return error('FailureToGetDelegationToken', 'Failed to get delegation token.', caught.detail ?? caught.code);
  }
}

async function remoteRelationships(
  { scope, relationship }: Trial,
  token: TokenResponse['token'],
): Promise<{ readonly relationships: readonly RelationshipSettings[] } | Issue> {
  const { TargetAutodiscoverEpr: endpoint, DomainNames: domains } = relationship;
  // Observed.
  const failed = (why: string): Issue => error('AutodiscoverServiceCallFailed', 'The Autodiscover call failed.', why);
  if (endpoint === '') return failed('The organization relationship has no TargetAutodiscoverEpr.');
  const [{ askRelationshipSettings }, { tokenHeader }] = await Promise.all([
    import('../protocols/autodiscover/client.ts'),
    import('../protocols/wstrust/token-headers.ts'),
  ]);
  const { dialer, organization, identifiers, trace: parent } = scope;
  const asked = { domains, messageId: `urn:uuid:${identifiers.guid()}`, token: tokenHeader(token) };
  const dialing = { service: 'cmdlets', organization: organization.name, parent, ...limits };
  try {
    const result = await askRelationshipSettings(dialer, endpoint, asked, dialing);
    switch (result.is) {
      case 'answer':
        return result;
      case 'refused':
        return failed(`${result.code}. ${result.message}`);
      case 'fault':
        return failed(result.reason);
      case 'http':
        return failed(requestFailedText(result.status));
      case 'unreadable':
        return failed(result.detail);
    }
  } catch (caught) {
    const why = dialText(caught, endpoint);
    if (why === undefined) throw caught;
    return failed(why);
  }
}
