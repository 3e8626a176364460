import { federationTrusts } from '../domain/trust/federation-trusts.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { FederationInformation } from '../protocols/autodiscover/client.ts';
import { type Cmdlet, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { dialText, statusText } from './download.ts';
import { smtpDomainGiven } from './federated-domain-proof.ts';
import { listGiven } from './given.ts';

/**
 * `Get-FederationInformation -DomainName fabrikam.test`: how another organisation is federated, as its Autodiscover tells
 * whoever asks. Of the domains that it names those are shown whose own Autodiscover says the same, or all of them with
 * `-BypassAdditionalDomainValidation`. A host whose certificate does not carry its name is passed over; `-TrustedHostnames`
 * names hosts that may be asked in its stead.
 */
export const getFederationInformation: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  parameters: { DomainName: 'text', BypassAdditionalDomainValidation: 'switch', TrustedHostnames: 'list' },
  required: ['DomainName'],
  async run(scope, given) {
    const domain = smtpDomainGiven(given, 'DomainName');
    const trusts = await scope.transaction((tx) => federationTrusts.list(tx, scope.organization.name));
    const own = trusts.map(({ value }) => value.TokenIssuerUri);
    // That it does not work without a trust of one's own is told in the article on Exchange 2010 SP1 federation.
    if (own.length === 0) throw notReceived(`${scope.organization.name} has no federation trust itself: New-FederationTrust comes first.`);
    const trusted = (listGiven(given, 'TrustedHostnames') ?? []).map((host) => host.toLowerCase());
    const found = await askLadder(scope, domain, trusted);
    const { endpoint, information } = found;
    const TokenIssuerUris = information.tokenIssuers.map(({ uri }) => uri);
    const mismatch = issuerMismatch(own, TokenIssuerUris);
    if (mismatch !== undefined) scope.warn(mismatch);
    const isBypassed = given['BypassAdditionalDomainValidation'] === true;
    return [
      {
        TargetApplicationUri: information.applicationUri,
        DomainNames: isBypassed ? information.domains : await confirmed(scope, domain, information, trusted),
        TargetAutodiscoverEpr: `${endpoint}/WSSecurity`,
        TokenIssuerUris,
        Identity: domain,
      },
    ];
  },
};

/**
 * What an administrator is warned of when none of the issuers that another organisation names is one of its own: tokens of
 * one instance of the gateway are not taken by organisations of the other. Undefined: they share one, or none is named, as
 * by Exchange 2010. Text: "How to Configure Exchange 2010 SP1 Federation" (article of the MCM blog, 18 July 2011).
 *
 * @param own TokenIssuerUri of the organisation's federation trusts
 */
export function issuerMismatch(own: readonly string[], theirs: readonly string[]): string | undefined {
  if (theirs.length === 0 || theirs.some((uri) => own.includes(uri))) return undefined;
  const [domain, organization] = [theirs, own].map((uris) => uris.join(', '));
  return `The token issuers for the domain (${domain}) don't match the issuer for your organization (${organization}).`;
}

/** What a domain's Autodiscover told. */
export interface FoundFederation {
  /** `https://host/autodiscover/autodiscover.svc` of the host that told it. */
  readonly endpoint: string;
  readonly information: FederationInformation;
}

/**
 * Asks one after the other the hosts at which a domain's Autodiscover may be. Refuses with `operation-failed`.
 *
 * @param trusted hosts, in lower case, that may be asked instead of one whose certificate does not carry its name
 */
export async function askLadder(scope: CmdletScope, domain: string, trusted: readonly string[]): Promise<FoundFederation> {
  const failures: string[] = [];
  const hosts = [domain, `autodiscover.${domain}`];
  for (let host = hosts.shift(); host !== undefined; host = hosts.shift()) {
    const endpoint = `https://${host}/autodiscover/autodiscover.svc`;
    const outcome = await askHost(scope, endpoint, domain);
    if (typeof outcome !== 'string') return { endpoint, information: outcome };
    failures.push(`${endpoint}: ${outcome}`);
    const isStranger = outcome.startsWith(certificateText);
    if (isStranger) hosts.push(...trusted.filter((one) => !failures.some((told) => told.includes(`//${one}/`)) && !hosts.includes(one)));
  }
  const remedy = failures.some((told) => told.includes(certificateText))
    ? " A certificate that is another host's: name that host with -TrustedHostnames."
    : '';
  throw notReceived(`${failures.join(' ')}${remedy}`);
}

const certificateText = 'The certificate does not carry the name of the host.';
const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/** The information, or in words why there is none. */
async function askHost(scope: CmdletScope, endpoint: string, domain: string): Promise<FederationInformation | string> {
  const { askFederationInformation } = await import('../protocols/autodiscover/client.ts');
  const { dialer, organization, identifiers, trace: parent } = scope;
  const asked = { domain, messageId: `urn:uuid:${identifiers.guid()}` };
  const dialing = { service: 'cmdlets', organization: organization.name, parent, ...limits };
  try {
    const result = await askFederationInformation(dialer, endpoint, asked, dialing);
    switch (result.is) {
      case 'answer':
        return result;
      case 'refused':
        return `${result.code}. ${result.message}`;
      case 'fault':
        return `${result.code}. ${result.reason}`;
      case 'http':
        return statusText(result.status);
      case 'unreadable':
        return result.detail;
    }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'CertificateRefused') return certificateText;
    const text = dialText(error, endpoint);
    if (text === undefined) throw error;
    return text;
  }
}

/** The domains of an organisation whose own Autodiscover confirms that they are its; the one that was asked for has been. */
async function confirmed(
  scope: CmdletScope,
  asked: string,
  { applicationUri, domains }: FederationInformation,
  trusted: readonly string[],
): Promise<readonly string[]> {
  const verdicts = await Promise.all(
    domains.map(async (domain) => {
      if (domain.toLowerCase() === asked) return true;
      try {
        const { information } = await askLadder(scope, domain, trusted);
        return information.applicationUri.toLowerCase() === applicationUri.toLowerCase();
      } catch (error) {
        if (error instanceof Refusal && error.code === 'operation-failed') return false;
        throw error;
      }
    }),
  );
  return domains.filter((_, index) => verdicts[index] === true);
}

/** The sentence: article of 18 July 2011, as above; the reason after it is ours. */
function notReceived(reason: string): Error {
  return cmdletRefusal('operation-failed', `Federation information could not be received from the external organization. ${reason}`);
}
