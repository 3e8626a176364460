import type { Executor } from '../../store/database.ts';
import { fold } from '../../store/fold.ts';
import { configKind } from '../organization/config-kind.ts';
import { isSmtpAddress } from './proxy-addresses.ts';
import { isGroup, type Recipient } from './recipient.ts';

export const includedRecipients = [
  'AllRecipients',
  'MailboxUsers',
  'MailContacts',
  'MailGroups',
  'MailUsers',
  'Resources',
  'None',
] as const;
export type IncludedRecipients = (typeof includedRecipients)[number];

/** By which templates recipients get their addresses. */
export interface EmailAddressPolicy {
  readonly Name: string;
  /** 1 is asked first; the default policy comes last. */
  readonly Priority: number | 'Lowest';
  readonly IncludedRecipients: readonly IncludedRecipients[];
  readonly ConditionalDepartment: readonly string[];
  readonly ConditionalCompany: readonly string[];
  /** `SMTP:%m@contoso.test` for the primary address, `smtp:%m@...` for the others. */
  readonly EnabledEmailAddressTemplates: readonly string[];
}

export const emailAddressPolicies = configKind<EmailAddressPolicy>('EmailAddressPolicy');
export const defaultPolicyName = 'Default Policy';

/** The policy that every organisation has from Setup on. */
export function defaultPolicy(domain: string): EmailAddressPolicy {
  return {
    Name: defaultPolicyName,
    Priority: 'Lowest',
    IncludedRecipients: ['AllRecipients'],
    ConditionalDepartment: [],
    ConditionalCompany: [],
    EnabledEmailAddressTemplates: [`SMTP:@${domain}`],
  };
}

/** Policies in the order in which they are asked. */
function inOrder(policies: readonly EmailAddressPolicy[]): readonly EmailAddressPolicy[] {
  const rank = ({ Priority }: EmailAddressPolicy): number => (Priority === 'Lowest' ? Number.POSITIVE_INFINITY : Priority);
  return policies.toSorted((left, right) => (rank(left) === rank(right) ? 0 : rank(left) - rank(right)));
}

/** The first policy that a recipient falls under. */
export function policyFor(recipient: Recipient, policies: readonly EmailAddressPolicy[]): EmailAddressPolicy | undefined {
  return inOrder(policies).find((policy) => covers(policy, recipient));
}

function covers({ IncludedRecipients: included, ConditionalDepartment, ConditionalCompany }: EmailAddressPolicy, recipient: Recipient) {
  const among = (wanted: readonly string[], actual: string | undefined): boolean =>
    wanted.length === 0 || wanted.some((one) => fold(one) === fold(actual ?? ''));
  return (
    included.some((kind) => isOfKind[kind](recipient)) &&
    among(ConditionalDepartment, recipient.details['department']) &&
    among(ConditionalCompany, recipient.details['company'])
  );
}

const isOfKind: Readonly<Record<IncludedRecipients, (recipient: Recipient) => boolean>> = {
  AllRecipients: () => true,
  MailboxUsers: ({ type }) => type === 'UserMailbox' || type === 'SharedMailbox',
  MailContacts: ({ type }) => type === 'MailContact',
  MailGroups: isGroup,
  MailUsers: ({ type }) => type === 'MailUser' || type.startsWith('Remote'),
  Resources: ({ type }) => type === 'RoomMailbox' || type === 'EquipmentMailbox',
  None: () => false,
};

const template = /^(smtp):([^@]*)@(.+)$/i;
const variable = /%(\d*)([gimsd])|%r(.)(.)|%%/gi;

/** The domain of a template of a policy, undefined when it is not one: `SMTP:%g.%s@contoso.test`, `smtp:@contoso.test`. */
export function templateDomain(text: string): string | undefined {
  const [, , local, domain] = template.exec(text) ?? [];
  if (local === undefined || domain === undefined || !isSmtpAddress(`x@${domain}`)) return undefined;
  return /^[A-Za-z0-9._-]*$/.test(local.replaceAll(variable, '')) ? domain.toLowerCase() : undefined;
}

/**
 * The addresses that a policy gives a recipient, the primary one with `SMTP:` first. Variables are those of the page "Email
 * address policies in Exchange Server": `%m` alias, `%g` given name, `%i` middle initial (nobody has one here), `%s` surname,
 * `%d` display name, each with the number of letters that is taken, `%rxy` replaces x by y. Templates that come to nothing for
 * the recipient, a given name that it does not have, are left out.
 */
export function policyAddresses(policy: EmailAddressPolicy, recipient: Recipient): readonly string[] {
  return policy.EnabledEmailAddressTemplates.toSorted().flatMap((text) => {
    const [, type, local = '', domain = ''] = template.exec(text) ?? [];
    const filled = local === '' ? recipient.alias : fill(local, recipient);
    const address = `${filled}@${domain.toLowerCase()}`;
    return type !== undefined && isSmtpAddress(address) ? [`${type}:${address}`] : [];
  });
}

function fill(local: string, { alias, displayName, details }: Recipient): string {
  const values: Readonly<Record<string, string>> = {
    m: alias,
    g: details['givenName'] ?? '',
    s: details['surname'] ?? '',
    d: displayName,
    i: '',
  };
  const replaced: (readonly [string, string])[] = [];
  const text = local.replaceAll(variable, (whole: string, count: string, letter?: string, from?: string, to?: string) => {
    if (from !== undefined && to !== undefined) replaced.push([from, to]);
    if (letter === undefined) return whole === '%%' ? '%' : '';
    const value = values[letter.toLowerCase()] ?? '';
    return count === '' ? value : value.slice(0, Number(count));
  });
  // What an address cannot hold is left out, as Exchange does with blanks.
  return replaced.reduce((made, [from, to]) => made.replaceAll(from, to), text).replaceAll(/[^A-Za-z0-9.!#$&'*+/=?^_`{|}~-]/g, '');
}

/** The policies of an organisation in the order in which they are asked; the default one is there whether or not it was changed. */
export async function listPolicies(executor: Executor, organization: string, domain: string): Promise<readonly EmailAddressPolicy[]> {
  const stored = (await emailAddressPolicies.list(executor, organization)).map(({ value }) => value);
  return inOrder(stored.some(({ Name }) => Name === defaultPolicyName) ? stored : [...stored, defaultPolicy(domain)]);
}
