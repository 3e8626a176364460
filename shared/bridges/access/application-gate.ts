import type { Recipient } from '../../domain/directory/recipient.ts';
import { refusingRule } from '../../domain/organization/ews-applications.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';

/** Why a client may not use EWS; `code` is for the journal. */
export interface ApplicationRefusal {
  readonly code: 'ews-disabled' | 'application-blocked';
  readonly detail: string;
  readonly verdict: Verdict;
}

const page = 'learn.microsoft.com, Control access to EWS in Exchange';

/**
 * Whether an organisation and the mailbox of whoever signed in let a client application into EWS, by the name that it gives
 * itself: both must (inferred). Undefined: nothing is against it. EwsEnabled of a tenant is judged with its era.
 */
export function applicationGate(
  organization: Organization,
  settings: Settings,
  owner: Recipient | undefined,
  userAgent: string,
): ApplicationRefusal | undefined {
  const rules = organizationConfig(settings);
  if (organization.kind === 'on-premises' && rules.EwsEnabled === false)
    return refuse('ews-disabled', 'organization.ews-enabled', 'EwsEnabled True or not set', 'EwsEnabled False');
  const ofOrganization = refusingRule(rules, userAgent);
  if (ofOrganization !== undefined) return blocked(organization.name, ofOrganization, userAgent);
  const own = owner?.settings.ewsApplications;
  const ofMailbox = own === undefined ? undefined : refusingRule(own, userAgent);
  return ofMailbox === undefined ? undefined : blocked(owner?.primaryAddress ?? '', ofMailbox, userAgent);
}

function blocked(holder: string, rule: string, userAgent: string): ApplicationRefusal {
  const agent = userAgent === '' ? 'no user agent' : userAgent.slice(0, 128);
  return refuse('application-blocked', 'client.user-agent', `an application that ${holder} lets in`, `${agent}: ${rule}`);
}

function refuse(code: ApplicationRefusal['code'], check: string, expected: string, actual: string): ApplicationRefusal {
  const failed: Check = { check, outcome: 'failed', expected, actual, reference: page };
  return { code, detail: `${check}: ${actual}`, verdict: judge([failed]) };
}
