import { type PasswordPolicy, readPasswordPolicy, setPasswordPolicy } from '../domain/identity/password-policy.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { timeSpanMs } from './ad-account-expiry.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { numberGiven, textGiven } from './given.ts';
import { timeSpanText } from './time-span.ts';

const spans = {
  LockoutDuration: 'lockoutDurationMs',
  LockoutObservationWindow: 'lockoutObservationMs',
  MaxPasswordAge: 'maxPasswordAgeMs',
} as const;
const spanNames = Object.keys(spans) as (keyof typeof spans)[];

/**
 * `Set-ADDefaultDomainPasswordPolicy contoso.test -LockoutThreshold 5`: what the domain says of passwords, as far as it
 * decides who may sign in; of what passwords are made of nothing is asked here.
 */
export const adDefaultDomainPasswordPolicy = {
  get: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run({ organization, transaction }, given) {
      requireDomain(organization, given);
      return [shown(organization, await transaction((tx) => readPasswordPolicy(tx, organization.name)))];
    },
  },
  set: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      LockoutThreshold: 'integer',
      ...Object.fromEntries(spanNames.map((name) => [name, 'text'] as const)),
    },
    required: ['Identity'],
    async run({ organization, transaction, at }, given) {
      requireDomain(organization, given);
      const threshold = numberGiven(given, 'LockoutThreshold');
      if (threshold !== undefined && (threshold < 0 || threshold > mostThreshold))
        throw cmdletRefusal('bad-parameter', `-LockoutThreshold takes a number from 0 to ${mostThreshold}.`);
      const change = Object.fromEntries(
        spanNames.flatMap((name) => {
          const text = textGiven(given, name);
          return text === undefined ? [] : [[spans[name], timeSpanMs(name, text)]];
        }),
      );
      await transaction(async (tx) => {
        const next = { ...(await readPasswordPolicy(tx, organization.name)), ...change };
        requireOrder(next);
        await setPasswordPolicy(
          tx,
          organization.name,
          { ...change, ...(threshold === undefined ? {} : { lockoutThreshold: threshold }) },
          at,
        );
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** lockoutThreshold, MS-ADA1: as the group policy editor has it. */
const mostThreshold = 999;

/** Page of Set-ADDefaultDomainPasswordPolicy, -LockoutDuration: not less than the window; 0 is for ever. */
function requireOrder({ lockoutDurationMs, lockoutObservationMs }: PasswordPolicy): void {
  if (lockoutDurationMs === 0 || lockoutDurationMs >= lockoutObservationMs) return;
  throw cmdletRefusal(
    'bad-parameter',
    '-LockoutDuration is at least -LockoutObservationWindow, or 00:00:00: until somebody unlocks the account.',
  );
}

/** Active Directory has it in this order; what has no meaning here is left out. */
function shown({ domains }: Organization, { lockoutThreshold, ...policy }: PasswordPolicy): CmdletObject {
  const [domain = ''] = domains;
  const text = (name: keyof typeof spans): string => timeSpanText(policy[spans[name]] / 1_000);
  const DistinguishedName = domain
    .split('.')
    .map((part) => `DC=${part}`)
    .join(',');
  return {
    DistinguishedName,
    LockoutDuration: text('LockoutDuration'),
    LockoutObservationWindow: text('LockoutObservationWindow'),
    LockoutThreshold: lockoutThreshold,
    MaxPasswordAge: text('MaxPasswordAge'),
    // By it objects find their way along a pipeline here.
    Identity: DistinguishedName,
  };
}

/** -Identity is the domain: by one of its names, its distinguished name or its NetBIOS name. */
function requireDomain(organization: Organization, given: CmdletParameters): void {
  const identity = textGiven(given, 'Identity')?.toLowerCase();
  const name = identity?.startsWith('dc=') === true ? identity.replaceAll('dc=', '').replaceAll(',', '.') : identity;
  const names = [...organization.domains, organization.netbiosName.toLowerCase()];
  if (name !== undefined && !names.includes(name)) throw objectNotFound(organization, String(given['Identity']));
}
