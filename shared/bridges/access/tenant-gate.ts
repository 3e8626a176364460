import { eraOf } from '../../domain/organization/eras.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { exchangeAppId } from '../../domain/trust/well-known.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import type { ExternalCaller } from './external-caller.ts';
import type { Principal, TokenApplication } from './principal.ts';

/** Why a tenant's EWS is closed to a caller who has signed in. */
export type TenantRefusalCode = 'shared-principal-blocked' | 'ews-removed' | 'ews-disabled' | 'application-not-allowed';

/** What came of asking the tenant. */
export interface TenantGate {
  readonly verdict: Verdict;
  /** Set when the caller is sent away. */
  readonly refusal?: Refusal<TenantRefusalCode>;
}

const reference = 'learn.microsoft.com, Deploy dedicated Exchange hybrid app';

/**
 * Whether a tenant lets a caller into EWS: its era, EwsEnabled and EwsAllowedAppIDs. Undefined on-premises, where
 * nothing of this is asked. A delegation token names no application: the list does not concern it (what changed
 * for hybrids is OAuth).
 */
export function tenantGate(organization: Organization, settings: Settings, caller: Principal | ExternalCaller): TenantGate | undefined {
  if (organization.era === undefined) return undefined;
  const { sharedServicePrincipal, ewsAccess } = eraOf(organization.era);
  const { EwsEnabled, EwsAllowedAppIDs } = organizationConfig(settings);
  const isExternal = !('application' in caller);
  const application = isExternal ? null : caller.application;
  const checks: Check[] = [];
  const refuse = (code: TenantRefusalCode, check: Check): TenantGate => ({
    verdict: judge([...checks, check]),
    refusal: new Refusal(code, { detail: `${check.check}: ${check.actual ?? 'failed'}` }),
  });

  const isShared = application !== null && isSharedPrincipal(application);
  if (isShared && sharedServicePrincipal === 'blocked') {
    const expected = 'an application of the organisation itself';
    return refuse('shared-principal-blocked', failed('tenant.shared-principal', expected, exchangeAppId));
  }
  if (isShared) checks.push({ check: 'tenant.shared-principal', outcome: 'passed' });

  const enabled = EwsEnabled === null ? 'not set' : EwsEnabled ? 'True' : 'False';
  if (ewsAccess === 'gone') return refuse('ews-removed', failed('tenant.ews-enabled', 'an era with EWS', 'EWS has been removed'));
  if (EwsEnabled === false || (ewsAccess === 'allow-list' && EwsEnabled !== true)) {
    const expected = ewsAccess === 'allow-list' ? 'EwsEnabled True' : 'EwsEnabled True or not set';
    return refuse('ews-disabled', failed('tenant.ews-enabled', expected, `EwsEnabled ${enabled}`));
  }
  checks.push({ check: 'tenant.ews-enabled', outcome: 'passed', actual: enabled });

  if (ewsAccess === 'allow-list' && !isExternal) {
    const appId = application?.appId.toLowerCase();
    const isListed = appId !== undefined && EwsAllowedAppIDs.some((listed) => listed.toLowerCase() === appId);
    if (!isListed) {
      return refuse('application-not-allowed', failed('tenant.ews-allow-list', 'a member of EwsAllowedAppIDs', appId ?? 'no application'));
    }
    checks.push({ check: 'tenant.ews-allow-list', outcome: 'passed' });
  }
  return { verdict: judge(checks) };
}

/** Whether a token speaks for the application that Exchange is in every tenant; users' own tokens are not meant. */
function isSharedPrincipal({ appId, token }: TokenApplication): boolean {
  return appId.toLowerCase() === exchangeAppId && token !== 'user';
}

function failed(check: string, expected: string, actual: string): Check {
  return { check, outcome: 'failed', expected, actual, reference };
}
