import { type HybridConfiguration, hybridConfigurationName, hybridConfigurations } from '../domain/organization/hybrid-configuration.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { listsOf, objectNotFound } from './config-object.ts';
import { credentialGiven, listGiven } from './given.ts';
import { requireTenant, runHybridWizard } from './hybrid/run.ts';

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
 * `New-HybridConfiguration`, `Update-HybridConfiguration`: the Hybrid Configuration wizard. Without credentials Update- acts on
 * a side as its administrator; with them as whoever they are, with his roles.
 */
export const hybridConfiguration = (cmdlets: () => Readonly<Record<string, Cmdlet>>) =>
  ({
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
      parameters: { OnPremisesCredentials: 'credential', TenantCredentials: 'credential' },
      required: [],
      async run(scope, given) {
        const { organization, transaction } = scope;
        const { value: configuration } = await transaction((tx) => requireConfiguration(tx, organization));
        const tenant = requireTenant(scope, configuration);
        const [own, theirs] = [credentialGiven(given, 'OnPremisesCredentials'), credentialGiven(given, 'TenantCredentials')];
        const onPremises = own === undefined ? undefined : await (await signIns()).signInOnPremises(scope, own);
        const cloud = theirs === undefined ? undefined : await (await signIns()).signInToTenant(scope, tenant, theirs);
        await runHybridWizard({ scope, configuration, cmdlets: cmdlets(), onPremises, cloud });
        return [];
      },
    },
  }) satisfies Readonly<Record<string, Cmdlet>>;

/** Loaded where somebody signs in: in a world that is made the administrators act. */
const signIns = () => import('./hybrid/sign-in.ts');

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
