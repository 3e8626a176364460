import { allowedOofTypes, newRemoteDomain, type RemoteDomain, remoteDomains } from '../domain/mailflow/remote-domains.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound, removeObject, requireShortName } from './config-object.ts';
import { choiceGiven, plainGiven, textGiven } from './given.ts';

const noun: ObjectNoun<RemoteDomain> = {
  noun: 'RemoteDomain',
  kinds: ['on-premises', 'cloud'],
  objects: remoteDomains,
  name: ({ Name }) => Name,
  show,
};

function show({ Name, ...domain }: RemoteDomain): CmdletObject {
  return { ...domain, Name, Identity: Name };
}

const plain = {
  Name: 'text',
  AutoReplyEnabled: 'boolean',
  AutoForwardEnabled: 'boolean',
  DeliveryReportEnabled: 'boolean',
  NDREnabled: 'boolean',
  MeetingForwardNotificationEnabled: 'boolean',
  DisplaySenderName: 'boolean',
  TNEFEnabled: 'nullable boolean',
  TargetDeliveryDomain: 'boolean',
  IsInternal: 'boolean',
  TrustedMailOutboundEnabled: 'boolean',
  TrustedMailInboundEnabled: 'boolean',
} as const;

const domainName = /^(\*|(\*\.)?(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+)$/;
/** Every organisation has it from Setup on. */
const defaultName = 'Default';

/** `New-RemoteDomain "Hybrid Domain - contoso.mail.onmicrosoft.test" -DomainName ...`: how mail to other domains is dealt with. */
export const remoteDomain = {
  get: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run(scope, given) {
      const all = await scope.transaction((tx) => domainsOf(tx, scope));
      const identity = textGiven(given, 'Identity');
      return (identity === undefined ? all : [named(scope, all, identity)]).map(show);
    },
  },
  new: newObject(noun, {
    parameters: { Name: 'text', DomainName: 'text' },
    required: ['Name', 'DomainName'],
    make(_scope, given) {
      const name = String(given['DomainName']).toLowerCase();
      if (!domainName.test(name))
        throw cmdletRefusal('bad-parameter', `-DomainName takes an SMTP domain or *.domain, not ${JSON.stringify(name)}.`);
      return newRemoteDomain(String(given['Name']), name);
    },
    async check({ Name, DomainName }, scope, tx) {
      const taken = (await domainsOf(tx, scope)).find(
        (one) => one.DomainName === DomainName || one.Name.toLowerCase() === Name.toLowerCase(),
      );
      if (taken !== undefined)
        throw cmdletRefusal('object-exists', `The remote domain '${taken.Name}' is there for ${taken.DomainName} already.`);
    },
  }),
  set: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...plain, AllowedOOFType: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      requireShortName(given);
      const changes = changesGiven(given);
      const { organization, at } = scope;
      await scope.transaction(async (tx) => {
        const before = named(scope, await domainsOf(tx, scope), String(given['Identity']));
        const domain = { ...before, ...changes };
        if (before.DomainName === '*' && domain.Name !== before.Name)
          throw cmdletRefusal('operation-failed', 'The default remote domain keeps its name.');
        if (domain.TargetDeliveryDomain) await takeTargetAway(tx, scope, before.Name);
        const stored = await remoteDomains.find(tx, organization.name, before.Name);
        if (stored !== undefined && domain.Name === stored.name) return remoteDomains.replace(tx, stored, domain, at);
        if (stored !== undefined) await remoteDomains.remove(tx, stored, at);
        await remoteDomains.create(tx, organization.name, domain.Name, domain, at);
      });
      return [];
    },
  },
  remove: removeObject(noun, ({ DomainName }) => {
    if (DomainName === '*') throw cmdletRefusal('operation-failed', 'The default remote domain cannot be removed.');
    return Promise.resolve();
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

async function domainsOf(tx: Transaction, { organization }: CmdletScope): Promise<readonly RemoteDomain[]> {
  const stored = (await remoteDomains.list(tx, organization.name)).map(({ value }) => value);
  return stored.some(({ DomainName }) => DomainName === '*') ? stored : [newRemoteDomain(defaultName, '*'), ...stored];
}

function named({ organization }: CmdletScope, domains: readonly RemoteDomain[], identity: string): RemoteDomain {
  const found = domains.find(({ Name }) => Name.toLowerCase() === identity.toLowerCase());
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

function changesGiven(given: CmdletParameters): Partial<RemoteDomain> {
  const oof = choiceGiven(given, 'AllowedOOFType', allowedOofTypes);
  const { TNEFEnabled } = given;
  return {
    ...plainGiven<RemoteDomain>(given, plain),
    ...(typeof TNEFEnabled === 'boolean' || TNEFEnabled === null ? { TNEFEnabled } : {}),
    ...(oof === undefined ? {} : { AllowedOOFType: oof }),
  };
}

/** Only one of them is the target delivery domain (page of Set-RemoteDomain). */
async function takeTargetAway(tx: Transaction, { organization, at }: CmdletScope, besides: string): Promise<void> {
  for (const one of await remoteDomains.list(tx, organization.name)) {
    if (one.value.TargetDeliveryDomain && one.name !== besides) {
      await remoteDomains.replace(tx, one, { ...one.value, TargetDeliveryDomain: false }, at);
    }
  }
}
