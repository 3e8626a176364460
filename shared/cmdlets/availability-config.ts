import { type AvailabilityConfig, availabilityConfigName, availabilityConfigs } from '../domain/trust/availability-address-spaces.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { refusePrompt, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const settable = { PerUserAccount: 'nullable text', OrgWideAccount: 'nullable text' } as const;

/**
 * `Set-AvailabilityConfig -OrgWideAccount svc@contoso.test`: whose requests for free/busy are taken for those of another
 * forest's servers, so that calendars show what they give to all. An organisation has one configuration or none.
 */
export const availabilityConfig = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      return (await transaction((tx) => availabilityConfigs.list(tx, organization.name))).map(({ value }) => ({
        ...{ PerUserAccount: value.PerUserAccount, OrgWideAccount: value.OrgWideAccount },
        ...{ Name: availabilityConfigName, Identity: availabilityConfigName },
      }));
    },
  },
  new: {
    kinds,
    parameters: settable,
    required: [],
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      const value: AvailabilityConfig = { PerUserAccount: '', OrgWideAccount: '', ...(await writtenIn(scope, given)) };
      await transaction(async (tx) => {
        if ((await availabilityConfigs.find(tx, organization.name, availabilityConfigName)) !== undefined)
          throw cmdletRefusal('object-exists', `${organization.name} has an availability configuration already.`);
        await availabilityConfigs.create(tx, organization.name, availabilityConfigName, value, at);
      });
      return [{ ...value, Name: availabilityConfigName, Identity: availabilityConfigName }];
    },
  },
  set: {
    kinds,
    parameters: settable,
    required: [],
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      const change = await writtenIn(scope, given);
      await transaction(async (tx) => {
        const stored = await availabilityConfigs.find(tx, organization.name, availabilityConfigName);
        if (stored === undefined) throw objectNotFound(organization, availabilityConfigName, 'New-AvailabilityConfig makes it.');
        await availabilityConfigs.replace(tx, stored, { ...stored.value, ...change }, at);
      });
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Confirm: 'switch' },
    required: [],
    async run({ organization, transaction, at }, given) {
      refusePrompt(given);
      await transaction(async (tx) => {
        const name = textGiven(given, 'Identity') ?? availabilityConfigName;
        const stored = await availabilityConfigs.find(tx, organization.name, name);
        if (stored === undefined) throw objectNotFound(organization, name);
        await availabilityConfigs.remove(tx, stored, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function writtenIn({ directory, organization }: CmdletScope, given: CmdletParameters): Promise<Partial<AvailabilityConfig>> {
  const change: { -readonly [Name in keyof AvailabilityConfig]?: string } = {};
  for (const name of ['PerUserAccount', 'OrgWideAccount'] as const) {
    if (given[name] === undefined) continue;
    const identity = textGiven(given, name);
    change[name] =
      identity === undefined ? '' : (await requireRecipient(directory(organization.name), organization, identity)).primaryAddress;
  }
  return change;
}
