import { hybridConfigurationName, hybridConfigurations } from '../../domain/organization/hybrid-configuration.ts';
import type { WizardLine, WizardLog } from '../../kernel/exchange.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type CmdletParameters, cmdletRefusal, type PSCredential } from '../cmdlet.ts';
import { openScope } from '../scope.ts';
import type { ShellGround } from '../shell.ts';
import { cmdlets } from '../table.ts';
import { wizardLogOf } from './log.ts';
import { hybridProduct } from './products.ts';
import { requireTenant, runHybridWizard } from './run.ts';
import { openSessionShell, type WizardEvent } from './session.ts';
import { signInOnPremises, signInToTenant, type TenantCredential } from './sign-in.ts';

/** What the wizard is asked for. */
export interface WizardRequest {
  /** The organisation on-premises. */
  readonly organization: string;
  readonly onPremises: PSCredential;
  readonly tenant: TenantCredential;
  /** Left out: as the hybrid configuration has it; of a new one, all that both sides share. */
  readonly domains?: readonly string[] | undefined;
  readonly features?: readonly string[] | undefined;
}

/** A wizard in which both administrators are signed in. */
export interface SignedInWizard {
  /** Id of its trace. */
  readonly trace: string;
  /** How its log looks. */
  readonly log: WizardLog['kind'];
  /** Refuses with `operation-failed`, in the wizard's words. */
  run(listen: (line: WizardLine) => void): Promise<void>;
}

/**
 * Signs in on both sides and makes ready to run the Hybrid Configuration wizard: New-, or Set-, and then the steps of
 * Update-HybridConfiguration, as these two administrators. Refuses whom either side does not let in. Its cmdlets' calls stand below
 * it in its trace.
 */
export async function openWizard(ground: ShellGround, asked: WizardRequest): Promise<SignedInWizard> {
  const { registry, clock, recorder } = ground;
  const organization = (await registry.current()).byName(asked.organization);
  if (organization?.kind !== 'on-premises')
    throw cmdletRefusal('unknown-organization', `the world has no on-premises organisation ${JSON.stringify(asked.organization)}`);
  const { name } = organization;
  const at = clock.now(name);
  const start = { service: 'shell', direction: 'incoming', protocol: 'shell', target: 'HybridConfigurationWizard' } as const;
  const exchange = recorder.open({ ...start, host: name, organization: name, at });
  exchange.note({ operation: 'HybridConfigurationWizard', caller: asked.onPremises.UserName.slice(0, 256) });
  const wizardLog = wizardLogOf(exchange, () => clock.now(name));
  const scope = { ...(await openScope(ground, organization, at, exchange)), wizardLog };
  const closing = async <T>(work: () => Promise<T>, isLast: boolean): Promise<T> => {
    try {
      const result = await work();
      if (isLast) exchange.close('answered', clock.now(name));
      return result;
    } catch (error) {
      if (error instanceof Refusal) exchange.note({ code: error.code });
      if (error instanceof Refusal) exchange.close('refused', clock.now(name));
      else exchange.close('defect', clock.now(name), error);
      throw error;
    }
  };
  const { onPremises, cloud } = await closing(async () => {
    const stored = await scope.transaction((tx) => hybridConfigurations.find(tx, name, hybridConfigurationName));
    const Domains = asked.domains ?? stored?.value.Domains ?? [];
    const tenant = requireTenant(scope, { Domains, Features: [] });
    return {
      onPremises: await signInOnPremises(scope, asked.onPremises),
      cloud: await signInToTenant(scope, tenant, asked.tenant),
    };
  }, false);
  const product = hybridProduct(organization.product);
  return {
    trace: exchange.traceId,
    log: product.log,
    run: (listen) =>
      closing(async () => {
        const tell = (event: WizardEvent): void => listen(wizardLog(product.log, event));
        const activity = 'Hybrid Configuration';
        const failure = (cmdlet: string, detail: string): string => product.failure(activity, cmdlet, detail);
        const shell = openSessionShell({ name: 'OnPremises', scope, permission: onPremises }, { cmdlets, activity, listen: tell, failure });
        const given: CmdletParameters = {
          ...(asked.domains === undefined ? {} : { Domains: asked.domains }),
          ...(asked.features === undefined ? {} : { Features: asked.features }),
        };
        const isNew = (await shell.run('Get-HybridConfiguration')).length === 0;
        if (isNew) await shell.run('New-HybridConfiguration', given);
        else if (Object.keys(given).length > 0) await shell.run('Set-HybridConfiguration', given);
        const stored = await scope.transaction((tx) => hybridConfigurations.find(tx, name, hybridConfigurationName));
        if (stored === undefined) throw new Error('defect: the hybrid configuration has gone');
        await runHybridWizard({ scope, configuration: stored.value, cmdlets, onPremises, cloud, listen });
      }, true),
  };
}
