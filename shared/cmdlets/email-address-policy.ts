import {
  defaultPolicy,
  defaultPolicyName,
  type EmailAddressPolicy,
  emailAddressPolicies,
  includedRecipients,
  listPolicies,
  policyFor,
  templateDomain,
} from '../domain/directory/email-address-policies.ts';
import { hasMail } from '../domain/directory/recipient.ts';
import { readRecipients } from '../domain/directory/recipients.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound, removeObject, requireShortName } from './config-object.ts';
import { listGiven, numberGiven, requireOneSet, textGiven } from './given.ts';
import { withPolicyAddresses } from './recipient/enable.ts';
import { hasAddressPolicy } from './recipient/shown.ts';
import { changeRecipient } from './recipient/write.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];
const noun: ObjectNoun<EmailAddressPolicy> = {
  noun: 'EmailAddressPolicy',
  kinds,
  objects: emailAddressPolicies,
  name: ({ Name }) => Name,
  show,
};

function show(policy: EmailAddressPolicy): CmdletObject {
  const templates = policy.EnabledEmailAddressTemplates;
  const primary = templates.find((template) => template.startsWith('SMTP:')) ?? '';
  return {
    RecipientFilterType: 'Precanned',
    IncludedRecipients: policy.IncludedRecipients,
    ConditionalDepartment: policy.ConditionalDepartment,
    ConditionalCompany: policy.ConditionalCompany,
    Priority: policy.Priority,
    EnabledPrimarySMTPAddressTemplate: primary.slice('SMTP:'.length),
    EnabledEmailAddressTemplates: templates,
    Name: policy.Name,
    Identity: policy.Name,
  };
}

const parameters: Readonly<Record<string, ParameterType>> = {
  Name: 'text',
  IncludedRecipients: 'list',
  ConditionalDepartment: 'list',
  ConditionalCompany: 'list',
  EnabledPrimarySMTPAddressTemplate: 'text',
  EnabledEmailAddressTemplates: 'list',
  Priority: 'integer',
};

/**
 * `New-EmailAddressPolicy Cloud -IncludedRecipients AllRecipients -EnabledEmailAddressTemplates
 * "SMTP:%m@contoso.test","smtp:%m@contoso.mail.onmicrosoft.test"`: which addresses recipients get. New recipients get them at
 * once, others by Update-EmailAddressPolicy, except those with `-EmailAddressPolicyEnabled $false`.
 */
export const emailAddressPolicy = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run(scope, given) {
      const all = await scope.transaction((tx) => policiesOf(tx, scope));
      const identity = textGiven(given, 'Identity');
      return (identity === undefined ? all : [named(scope, all, identity)]).map(show);
    },
  },
  new: newObject(noun, {
    parameters,
    required: ['Name', 'IncludedRecipients'],
    make(scope, given) {
      const changes = changesGiven(scope, given);
      if (changes.EnabledEmailAddressTemplates === undefined)
        throw cmdletRefusal('bad-parameter', 'A policy needs -EnabledPrimarySMTPAddressTemplate or -EnabledEmailAddressTemplates.');
      const empty = { IncludedRecipients: [], ConditionalDepartment: [], ConditionalCompany: [], EnabledEmailAddressTemplates: [] };
      return { ...empty, Priority: 1, ...changes, Name: String(given['Name']) };
    },
    check: makeRoom,
  }),
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...parameters },
    required: ['Identity'],
    async current(scope, given) {
      const { IncludedRecipients, ConditionalDepartment, ConditionalCompany, EnabledEmailAddressTemplates } = named(
        scope,
        await scope.transaction((tx) => policiesOf(tx, scope)),
        String(given['Identity']),
      );
      return { IncludedRecipients, ConditionalDepartment, ConditionalCompany, EnabledEmailAddressTemplates };
    },
    async run(scope, given) {
      requireShortName(given);
      const changes = changesGiven(scope, given);
      await scope.transaction(async (tx) => {
        const before = named(scope, await policiesOf(tx, scope), String(given['Identity']));
        const policy = { ...before, ...changes, Name: textGiven(given, 'Name') ?? before.Name };
        if (
          before.Priority === 'Lowest' &&
          (policy.Priority !== 'Lowest' || policy.Name !== before.Name || changes.IncludedRecipients !== undefined)
        )
          throw cmdletRefusal('operation-failed', 'The default policy keeps its name, its priority and its recipients.');
        if (policy.Priority !== before.Priority) await makeRoom(policy, scope, tx, before);
        await replace(tx, scope, before.Name, policy);
      });
      return [];
    },
  },
  remove: removeObject(noun, ({ Priority }) => {
    if (Priority === 'Lowest') throw cmdletRefusal('operation-failed', 'The default policy cannot be removed.');
    return Promise.resolve();
  }),
  update: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const all = await scope.transaction((tx) => policiesOf(tx, scope));
      const policy = named(scope, all, String(given['Identity']));
      for (const recipient of await scope.directory(scope.organization.name).all()) {
        if (!hasMail(recipient.type) || !hasAddressPolicy(recipient, scope) || policyFor(recipient, all)?.Name !== policy.Name) continue;
        const made = await scope.transaction(async (tx) => {
          const [still] = await readRecipients(tx, recipient.organization, [recipient.guid]);
          return still === undefined ? undefined : withPolicyAddresses(tx, scope, still);
        });
        if (made !== undefined && JSON.stringify(made.addresses.toSorted()) !== JSON.stringify(recipient.addresses.toSorted()))
          await changeRecipient(scope, recipient, (current) => ({
            ...current,
            primaryAddress: made.primaryAddress,
            addresses: made.addresses,
          }));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function policiesOf(tx: Transaction, { organization }: CmdletScope): Promise<readonly EmailAddressPolicy[]> {
  return listPolicies(tx, organization.name, organization.domains[0] ?? organization.name);
}

function named({ organization }: CmdletScope, policies: readonly EmailAddressPolicy[], identity: string): EmailAddressPolicy {
  const found = policies.find(({ Name }) => Name.toLowerCase() === identity.toLowerCase());
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

function changesGiven(scope: CmdletScope, given: CmdletParameters): Partial<EmailAddressPolicy> {
  requireOneSet(given, [['EnabledPrimarySMTPAddressTemplate'], ['EnabledEmailAddressTemplates']]);
  const primary = textGiven(given, 'EnabledPrimarySMTPAddressTemplate');
  const templates = primary === undefined ? listGiven(given, 'EnabledEmailAddressTemplates') : [`SMTP:${primary}`];
  if (templates !== undefined) requireTemplates(scope, templates);
  const included = listGiven(given, 'IncludedRecipients')?.map(includedGiven);
  const priority = numberGiven(given, 'Priority');
  if (priority !== undefined && priority < 1) throw cmdletRefusal('bad-parameter', '-Priority begins with 1.');
  const [departments, companies] = [listGiven(given, 'ConditionalDepartment'), listGiven(given, 'ConditionalCompany')];
  return {
    ...(included === undefined ? {} : { IncludedRecipients: included }),
    ...(departments === undefined ? {} : { ConditionalDepartment: departments }),
    ...(companies === undefined ? {} : { ConditionalCompany: companies }),
    ...(templates === undefined ? {} : { EnabledEmailAddressTemplates: templates }),
    ...(priority === undefined ? {} : { Priority: priority }),
  };
}

function includedGiven(text: string): EmailAddressPolicy['IncludedRecipients'][number] {
  const found = includedRecipients.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw cmdletRefusal('bad-parameter', `-IncludedRecipients takes ${includedRecipients.join(', ')}, not ${text}.`);
  return found;
}

function requireTemplates({ organization }: CmdletScope, templates: readonly string[]): void {
  const primaries = templates.filter((template) => template.startsWith('SMTP:'));
  if (primaries.length !== 1)
    throw cmdletRefusal('bad-parameter', 'One template, and only one, is that of the primary address: SMTP: in capitals.');
  for (const template of templates) {
    const domain = templateDomain(template);
    if (domain === undefined) throw cmdletRefusal('bad-parameter', `A template is smtp:%m@domain, not ${JSON.stringify(template)}.`);
    if (organization.domains.includes(domain)) continue;
    throw cmdletRefusal(
      'operation-failed',
      `The domain ${domain} of the template is not an accepted domain (${organization.domains.join(', ')}).`,
    );
  }
}

/** A policy that comes to a place sends those from there on one further. */
async function makeRoom(
  { Name, Priority }: EmailAddressPolicy,
  scope: CmdletScope,
  tx: Transaction,
  before?: EmailAddressPolicy,
): Promise<void> {
  const stored = await emailAddressPolicies.list(tx, scope.organization.name);
  if (Priority === 'Lowest' || !stored.some(({ value }) => value.Priority === Priority && value.Name !== Name)) return;
  for (const one of stored) {
    const { value } = one;
    if (value.Priority === 'Lowest' || value.Priority < Priority || value.Name === before?.Name) continue;
    await emailAddressPolicies.replace(tx, one, { ...value, Priority: value.Priority + 1 }, scope.at);
  }
}

async function replace(tx: Transaction, { organization, at }: CmdletScope, name: string, policy: EmailAddressPolicy): Promise<void> {
  const stored = await emailAddressPolicies.find(tx, organization.name, name);
  if (stored === undefined && name !== defaultPolicyName) throw new Error(`defect: the policy ${name} has gone`);
  const isSame = JSON.stringify(policy) === JSON.stringify(stored?.value ?? defaultPolicy(organization.domains[0] ?? organization.name));
  if (isSame) return;
  if (stored !== undefined && name === policy.Name) return emailAddressPolicies.replace(tx, stored, policy, at);
  if (stored !== undefined) await emailAddressPolicies.remove(tx, stored, at);
  if ((await emailAddressPolicies.find(tx, organization.name, policy.Name)) !== undefined)
    throw cmdletRefusal('object-exists', `${organization.name} already has the EmailAddressPolicy '${policy.Name}'.`);
  await emailAddressPolicies.create(tx, organization.name, policy.Name, policy, at);
}
