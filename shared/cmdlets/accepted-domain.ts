import { listPolicies, templateDomain } from '../domain/directory/email-address-policies.ts';
import { smtpAddresses } from '../domain/directory/proxy-addresses.ts';
import { type AcceptedDomain, domainTypes, listAcceptedDomains, writeAcceptedDomains } from '../domain/organization/accepted-domains.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound, requireShortName } from './config-object.ts';
import { choiceGiven, textGiven } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const domainName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
/** As world files have it. */
const mostDomains = 100;

/**
 * `New-AcceptedDomain "Fabrikam" -DomainName fabrikam.test`: which domains an organisation takes mail for. A new one is at once
 * one of the organisation, as those of its world file are: DNS has its zone, Autodiscover answers for it, recipients may have
 * addresses in it. Tenants get their domains from the authentication service, so they have no New- and no Remove-.
 */
export const acceptedDomain = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run(scope, given) {
      const all = await scope.transaction((tx) => listAcceptedDomains(tx, scope.organization.name));
      const identity = textGiven(given, 'Identity');
      const found = identity === undefined ? all : [named(scope, all, identity)];
      return found.map((domain) => show(domain, domain === all[0]));
    },
  },
  new: {
    kinds: ['on-premises'],
    positional: 'Name',
    parameters: { Name: 'text', DomainName: 'text', DomainType: 'text' },
    required: ['Name', 'DomainName'],
    async run(scope, given) {
      requireShortName(given);
      const domain: AcceptedDomain = {
        Name: String(given['Name']),
        DomainName: domainGiven(given),
        DomainType: choiceGiven(given, 'DomainType', domainTypes) ?? 'Authoritative',
      };
      await change(scope, (all) => {
        if (all.length >= mostDomains) throw cmdletRefusal('operation-failed', `An organisation has at most ${mostDomains} domains here.`);
        const taken = all.find(({ Name, DomainName }) => isSame(DomainName, domain.DomainName) || isSame(Name, domain.Name));
        if (taken !== undefined)
          throw cmdletRefusal(
            'object-exists',
            `${scope.organization.name} already has the AcceptedDomain '${taken.Name}' (${taken.DomainName}).`,
          );
        return [...all, domain];
      });
      return [show(domain, false)];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Name: 'text', DomainType: 'text', MakeDefault: 'boolean' },
    required: ['Identity'],
    async run(scope, given) {
      requireShortName(given);
      const type = choiceGiven(given, 'DomainType', domainTypes);
      await change(scope, (all) => {
        const before = named(scope, all, String(given['Identity']));
        const domain = { ...before, Name: textGiven(given, 'Name') ?? before.Name, DomainType: type ?? before.DomainType };
        if (given['MakeDefault'] === false && before === all[0])
          throw cmdletRefusal('operation-failed', 'There is always a default domain: make another one the default.');
        const changed = all.map((one) => (one === before ? domain : one));
        return given['MakeDefault'] === true ? [domain, ...changed.filter((one) => one !== domain)] : changed;
      });
      return [];
    },
  },
  remove: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const all = await scope.transaction((tx) => listAcceptedDomains(tx, scope.organization.name));
      const gone = named(scope, all, String(given['Identity']));
      if (gone === all[0])
        throw cmdletRefusal('operation-failed', `${gone.DomainName} is the default domain: make another one the default first.`);
      await refuseInUse(scope, gone);
      await change(scope, (domains) => {
        return domains.filter(({ DomainName }) => DomainName !== gone.DomainName);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function show({ Name, DomainName, DomainType }: AcceptedDomain, isDefault: boolean): CmdletObject {
  return { DomainName, DomainType, Default: isDefault, Name, Identity: Name };
}

function change({ organization, transaction, at }: CmdletScope, make: (all: readonly AcceptedDomain[]) => readonly AcceptedDomain[]) {
  return transaction(async (tx: Transaction) => {
    await writeAcceptedDomains(tx, organization.name, make(await listAcceptedDomains(tx, organization.name)), at);
  });
}

function named({ organization }: CmdletScope, domains: readonly AcceptedDomain[], identity: string): AcceptedDomain {
  const found = domains.find(({ Name, DomainName }) => isSame(Name, identity) || isSame(DomainName, identity));
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function domainGiven(given: CmdletParameters): string {
  const written = String(given['DomainName']).toLowerCase();
  if (domainName.test(written)) return written;
  throw cmdletRefusal(
    'bad-parameter',
    `-DomainName takes an SMTP domain, not ${JSON.stringify(written)}; domains below it have to be named here.`,
  );
}

async function refuseInUse(scope: CmdletScope, { DomainName }: AcceptedDomain): Promise<void> {
  const { organization } = scope;
  const policies = await scope.transaction((tx) => listPolicies(tx, organization.name, organization.domains[0] ?? ''));
  const policy = policies.find(({ EnabledEmailAddressTemplates: templates }) =>
    templates.some((one) => templateDomain(one) === DomainName),
  );
  if (policy !== undefined)
    throw cmdletRefusal('operation-failed', `The domain ${DomainName} is in the email address policy '${policy.Name}': change that first.`);
  const holders = (await scope.directory(organization.name).all()).filter(({ addresses }) =>
    smtpAddresses(addresses).some((address) => address.toLowerCase().endsWith(`@${DomainName}`)),
  );
  // Of people first: what Setup has made for itself is nobody's whom an administrator looks for.
  const holder = holders.find(({ type }) => type !== 'ArbitrationMailbox') ?? holders[0];
  if (holder !== undefined) throw cmdletRefusal('operation-failed', `${holder.alias} has an address in ${DomainName}: take it away first.`);
}
