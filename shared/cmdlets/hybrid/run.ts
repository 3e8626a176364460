import { coexistenceDomain, type HybridConfiguration, tenantSharing } from '../../domain/organization/hybrid-configuration.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { WizardLine } from '../../kernel/exchange.ts';
import { type Cmdlet, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import type { Permission } from '../roles/permission.ts';
import { hybridProduct } from './products.ts';
import { secureMailHost } from './secure-mail.ts';
import { type HybridSession, openSessionShell, type WizardEvent } from './session.ts';
import type { HybridFacts } from './stage.ts';

/** How the wizard is run. */
export interface WizardRun {
  readonly scope: CmdletScope;
  readonly configuration: HybridConfiguration;
  readonly cmdlets: Readonly<Record<string, Cmdlet>>;
  /** Who acts on each side; absent: its administrator. */
  readonly onPremises?: Permission | undefined;
  readonly cloud?: Permission | undefined;
  /** Hears what {@link CmdletScope.wizardLog} keeps. */
  listen?(line: WizardLine): void;
}

/** The tenant of an organisation on-premises. Refuses with `operation-failed`. */
export function requireTenant(
  { organization, organizations }: Pick<CmdletScope, 'organization' | 'organizations'>,
  { Domains }: HybridConfiguration,
): Organization {
  const tenant = tenantSharing(organizations, Domains.length === 0 ? organization.domains : Domains);
  if (tenant?.tenantId !== undefined) return tenant;
  throw cmdletRefusal(
    'operation-failed',
    `No tenant shares an accepted domain with ${organization.name}: there is nothing to connect it to.`,
  );
}

/**
 * Brings about what a hybrid configuration says, stage by stage, by the cmdlets of both sides. What was done before a cmdlet
 * is refused stays; a further run goes on from there. Refuses with `operation-failed`, in the wizard's own words.
 */
export async function runHybridWizard(run: WizardRun): Promise<void> {
  const { scope, cmdlets } = run;
  const facts = await factsOf(run);
  const product = hybridProduct(scope.organization.product);
  const listen = (event: WizardEvent): void => {
    const line = scope.wizardLog?.(product.log, event);
    if (line !== undefined) run.listen?.(line);
  };
  const sessions: Readonly<Record<'onPremises' | 'cloud', HybridSession>> = {
    onPremises: { name: 'OnPremises', scope, permission: run.onPremises },
    cloud: { name: 'Tenant', scope: { ...scope, organization: facts.tenant }, permission: run.cloud },
  };
  for (const { title, steps } of product.stages) {
    listen({ level: 'info', activity: title, text: 'START' });
    const opening = {
      cmdlets,
      activity: title,
      listen,
      failure: (cmdlet: string, detail: string) => product.failure(title, cmdlet, detail),
    };
    const [onPremises, cloud] = [openSessionShell(sessions.onPremises, opening), openSessionShell(sessions.cloud, opening)];
    for (const step of steps) await step({ ...facts, onPremises, cloud });
    listen({ level: 'info', activity: title, text: 'FINISH Results=PASSED' });
  }
}

async function factsOf({ scope, configuration }: WizardRun): Promise<HybridFacts> {
  const { organization } = scope;
  const tenant = requireTenant(scope, configuration);
  const coexistence = coexistenceDomain(tenant);
  if (coexistence === undefined)
    throw cmdletRefusal('operation-failed', `The tenant ${tenant.name} has no coexistence domain (*.mail.onmicrosoft.*).`);
  const wanted = configuration.Domains.length === 0 ? organization.domains : configuration.Domains;
  const [first, ...others] = wanted.filter((domain) => domain !== coexistence && tenant.domains.includes(domain));
  if (first === undefined || tenant.tenantId === undefined)
    throw cmdletRefusal(
      'operation-failed',
      `${coexistence} is the tenant's alone: name a domain that both sides have with Set-HybridConfiguration.`,
    );
  return {
    ...{ organization, tenant, tenantId: tenant.tenantId, domains: [first, ...others] as const },
    ...{ coexistenceDomain: coexistence, features: configuration.Features },
    secureMailHost: await secureMailHost(scope),
  };
}
