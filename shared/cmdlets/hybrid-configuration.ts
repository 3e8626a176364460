import {
  type HybridConfiguration,
  hybridConfigurationName,
  hybridConfigurations,
  tenantSharing,
} from '../domain/organization/hybrid-configuration.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { listsOf, objectNotFound } from './config-object.ts';
import { listGiven } from './given.ts';
import { hybridSteps } from './hybrid-steps.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];
const settable = { Domains: 'list', Features: 'list' } as const;
/** Set-HybridConfiguration, -Features. */
const features = [
  'OnlineArchive',
  'FreeBusy',
  'MailTips',
  'MessageTracking',
  'OWARedirection',
  'SecureMail',
  'CentralizedTransport',
  'Photos',
] as const;

/**
 * `New-HybridConfiguration`, `Update-HybridConfiguration`: the Hybrid Configuration wizard. It acts on both sides as
 * their administrator, so that Update- asks for no credentials here.
 */
export const hybridConfiguration = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      return (await transaction((tx) => hybridConfigurations.list(tx, organization.name))).map(({ value }) => shown(value));
    },
  },
  new: {
    kinds,
    parameters: settable,
    required: [],
    async run({ organization, transaction, at }, given) {
      const value: HybridConfiguration = {
        Domains: [],
        Features: features.filter((one) => one !== 'CentralizedTransport'),
        ...changes(organization, given),
      };
      await transaction(async (tx) => {
        if ((await hybridConfigurations.find(tx, organization.name, hybridConfigurationName)) !== undefined) {
          throw cmdletRefusal(
            'object-exists',
            `${organization.name} already has a hybrid configuration: change it with Set-HybridConfiguration.`,
          );
        }
        await hybridConfigurations.create(tx, organization.name, hybridConfigurationName, value, at);
      });
      return [shown(value)];
    },
  },
  set: {
    kinds,
    parameters: settable,
    required: [],
    current: async ({ organization, transaction }) => listsOf((await transaction((tx) => requireConfiguration(tx, organization))).value),
    async run({ organization, transaction, at }, given) {
      await transaction(async (tx) => {
        const stored = await requireConfiguration(tx, organization);
        await hybridConfigurations.replace(tx, stored, { ...stored.value, ...changes(organization, given) }, at);
      });
      return [];
    },
  },
  update: {
    kinds,
    parameters: {},
    required: [],
    async run(scope) {
      const { organization, organizations, transaction } = scope;
      const { value } = await transaction((tx) => requireConfiguration(tx, organization));
      const wanted = value.Domains.length === 0 ? organization.domains : value.Domains;
      const tenant = tenantSharing(organizations, wanted);
      if (tenant?.tenantId === undefined) {
        throw cmdletRefusal(
          'operation-failed',
          `No tenant shares an accepted domain with ${organization.name}: there is nothing to connect it to.`,
        );
      }
      const domains = wanted.filter((domain) => tenant.domains.includes(domain));
      const ground = { scope, tenant, tenantScope: { ...scope, organization: tenant }, tenantId: tenant.tenantId, domains };
      for (const step of hybridSteps) await step.run(ground);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function changes(organization: Organization, given: CmdletParameters): Partial<HybridConfiguration> {
  const domains = listGiven(given, 'Domains')?.map((one) => one.toLowerCase());
  const foreign = domains?.find((one) => !organization.domains.includes(one));
  if (foreign !== undefined) throw cmdletRefusal('bad-parameter', `${foreign} is no accepted domain of ${organization.name}.`);
  const wanted = listGiven(given, 'Features')?.map((word) => {
    const found = features.find((one) => one.toLowerCase() === word.toLowerCase());
    if (found === undefined) throw cmdletRefusal('bad-parameter', `-Features takes ${features.join(', ')}, not ${JSON.stringify(word)}.`);
    return found;
  });
  return { ...(domains === undefined ? {} : { Domains: domains }), ...(wanted === undefined ? {} : { Features: wanted }) };
}

async function requireConfiguration(tx: Transaction, organization: Organization) {
  const found = await hybridConfigurations.find(tx, organization.name, hybridConfigurationName);
  if (found === undefined) throw objectNotFound(organization, hybridConfigurationName, 'New-HybridConfiguration makes it.');
  return found;
}

function shown({ Domains, Features }: HybridConfiguration): CmdletObject {
  return { Domains, Features, Name: hybridConfigurationName, Identity: hybridConfigurationName };
}
