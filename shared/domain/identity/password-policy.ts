import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import type { Recipient } from '../directory/recipient.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/** What the domain says of passwords, as `Get-ADDefaultDomainPasswordPolicy` shows it. */
export interface PasswordPolicy {
  /** Wrong passwords after which an account is locked; 0: never. */
  readonly lockoutThreshold: number;
  /** How long; 0: until somebody unlocks it. */
  readonly lockoutDurationMs: number;
  /** A wrong password is forgotten after this. */
  readonly lockoutObservationMs: number;
  /** 0: passwords do not expire. */
  readonly maxPasswordAgeMs: number;
  /** Days before that at which users are told; Exchange tells nobody. */
  readonly notificationDays?: number;
  /** When passwords of whom nobody knows since when they have them count as set: when the policy was made. */
  readonly since: Instant;
}

const halfHourMs = 1_800_000;

/** A new domain's, but for passwords that expire: an Active Directory lets them after 42 days. */
const setupPolicy: PasswordPolicy = {
  lockoutThreshold: 0,
  lockoutDurationMs: halfHourMs,
  lockoutObservationMs: halfHourMs,
  maxPasswordAgeMs: 0,
  since: 0,
};

const policies = configKind<PasswordPolicy>('ADDefaultDomainPasswordPolicy');
const only = 'Default Domain Policy';

/** The policy in force. */
export function passwordPolicy(settings: Settings): PasswordPolicy {
  return policies.get(settings, only) ?? setupPolicy;
}

/** The same, inside a transaction. */
export async function readPasswordPolicy(executor: Executor, organization: string): Promise<PasswordPolicy> {
  return (await policies.find(executor, organization, only))?.value ?? setupPolicy;
}

/** Changes some of it. */
export async function setPasswordPolicy(
  tx: Executor,
  organization: string,
  change: Partial<Omit<PasswordPolicy, 'since'>>,
  at: Instant,
): Promise<void> {
  const stored = await policies.find(tx, organization, only);
  if (stored === undefined) await policies.create(tx, organization, only, { ...setupPolicy, ...change, since: at }, at);
  else await policies.replace(tx, stored, { ...stored.value, ...change }, at);
}

/** When the password of an account expires; undefined: it does not. One that must be changed has expired when it was set. */
export function passwordExpiry({ settings: own }: Pick<Recipient, 'settings'>, settings: Settings): Instant | undefined {
  const { maxPasswordAgeMs, since } = passwordPolicy(settings);
  return maxPasswordAgeMs === 0 || own.passwordNeverExpires === true ? undefined : (own.passwordSetAt ?? since) + maxPasswordAgeMs;
}
