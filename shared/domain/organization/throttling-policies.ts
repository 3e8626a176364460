import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';
import type { Settings } from './settings.ts';

export const throttlingScopes = ['Regular', 'Organization', 'Global'] as const;
export type ThrottlingScope = (typeof throttlingScopes)[number];

/** A limit of a policy; what is absent is said by a policy of wider scope. */
export type ThrottlingValue = number | 'Unlimited';

/** What holds for one user, for everybody of an organisation, or as Setup leaves it. */
export interface ThrottlingPolicy {
  readonly Name: string;
  readonly Guid: Guid;
  readonly ThrottlingPolicyScope: ThrottlingScope;
  /** Kept and shown: health of resources, which moderates these accounts in life, is not simulated. */
  readonly IsServiceAccount: boolean;
  /** By the names of their parameters. */
  readonly limits: Readonly<Record<string, ThrottlingValue>>;
}

/** Policies that somebody made; that of Setup is {@link globalPolicy}. */
export const throttlingPolicies = configKind<ThrottlingPolicy>('ThrottlingPolicy');

/**
 * The limits of EWS in Exchange 2013 and later. Concurrency and subscriptions: learn.microsoft.com "EWS throttling in
 * Exchange"; the others as `Get-ThrottlingPolicy` shows them in many a published log.
 */
const setup = { EwsMaxConcurrency: 27, EwsMaxBurst: 300_000, EwsRechargeRate: 900_000, EwsCutoffBalance: 3_000_000 } as const;
const subscriptions = { 'on-premises': 5_000, cloud: 20 } as const;

/** The policy that Setup leaves, which holds where no other one says anything. In the cloud nobody sees or changes it. */
export function globalPolicy({ name, kind }: Organization): ThrottlingPolicy {
  const Guid = namedGuid('throttling policy', name);
  const limits = { ...setup, EwsMaxSubscriptions: subscriptions[kind] };
  return { Name: `GlobalThrottlingPolicy_${Guid}`, Guid, ThrottlingPolicyScope: 'Global', IsServiceAccount: false, limits };
}

/** What EWS, and submission by SMTP, grant one user. What has no limit is infinite. */
export interface UserLimits {
  /** Requests at a time, streams of notifications aside. */
  readonly maxConcurrency: number;
  /** The whole budget, in milliseconds of work. */
  readonly maxBurst: number;
  /** Milliseconds by which a budget grows in an hour. */
  readonly rechargeRate: number;
  /** Milliseconds of debt beyond which nothing is done any more until the debt is paid. */
  readonly cutoffBalance: number;
  readonly maxSubscriptions: number;
  /** Recipients that he may address in 24 hours. */
  readonly recipientRate: number;
  /** Messages a minute that his mail program may submit by SMTP (page of Set-ThrottlingPolicy). */
  readonly messageRate: number;
}

// Settings are one object as long as nothing changes.
const known = new WeakMap<Settings, Map<string, UserLimits>>();

/**
 * The limits of a user: each is that of the policy which is associated with him, else that of the organisation's, else
 * Setup's. `policy`: its GUID.
 */
export function userLimits(organization: Organization, settings: Settings, policy: Guid | undefined): UserLimits {
  const ofSettings = known.get(settings) ?? new Map<string, UserLimits>();
  known.set(settings, ofSettings);
  const key = policy ?? '';
  const found = ofSettings.get(key) ?? merged(organization, settings, policy);
  ofSettings.set(key, found);
  return found;
}

function merged(organization: Organization, settings: Settings, policy: Guid | undefined): UserLimits {
  const all = throttlingPolicies.all(settings);
  const layers = [
    globalPolicy(organization),
    ...all.filter(({ ThrottlingPolicyScope }) => ThrottlingPolicyScope === 'Organization'),
    ...all.filter(({ Guid }) => Guid === policy),
  ];
  const limits: Readonly<Record<string, ThrottlingValue>> = Object.assign({}, ...layers.map((layer) => layer.limits));
  const limit = (name: string): number => {
    const value = limits[name];
    return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
  };
  return {
    maxConcurrency: limit('EwsMaxConcurrency'),
    maxBurst: limit('EwsMaxBurst'),
    rechargeRate: limit('EwsRechargeRate'),
    cutoffBalance: limit('EwsCutoffBalance'),
    maxSubscriptions: limit('EwsMaxSubscriptions'),
    recipientRate: limit('RecipientRateLimit'),
    messageRate: limit('MessageRateLimit'),
  };
}
