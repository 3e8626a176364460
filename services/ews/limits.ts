import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { OrganizationKind } from '../../shared/domain/world/vocabulary.ts';

/** How much one user may take at a time. */
export interface UserLimits {
  /** EWSMaxSubscriptions. */
  readonly subscriptions: number;
  /** Connections on which events are streamed, at once. */
  readonly hangingConnections: number;
  /** Subscriptions on one such connection. */
  readonly subscriptionsPerConnection: number;
}

const common = { hangingConnections: 10, subscriptionsPerConnection: 200 };

/** Microsoft's page "EWS throttling in Exchange"; the same for everybody, for there are no throttling policies yet. */
const byKind: Readonly<Record<OrganizationKind, UserLimits>> = {
  'on-premises': { ...common, subscriptions: 5_000 },
  cloud: { ...common, subscriptions: 20 },
};

/** The limits of the users of an organisation. */
export function userLimits({ kind }: Pick<Organization, 'kind'>): UserLimits {
  return byKind[kind];
}

/** How subscribers are told, whoever they are; bounds are ours where no source stands. */
export const tellingLimits = {
  /** Microsoft's page "GetStreamingEvents operation"; a few more where one change makes several, which are not parted. */
  eventsPerDocument: 50,
  /** Silence of a stream after which it says that it is there (reference ews.md 2.7), by world time. */
  heartbeatMs: 45_000,
  /** By machine time: a client that has not taken a document by then is dropped. */
  stalledMs: 30_000,
  /** By machine time: how long a subscriber that is called may take to answer. */
  pushAnswerMs: 30_000,
  pushAnswerBytes: 65_536,
  /** By world time: the first pause after a call that failed; each is twice the one before (Microsoft's page "StatusFrequency"). */
  pushRetryMs: 30_000,
  /** By machine time: after that another process may take over the calls of one that has died. */
  pushLeaseMs: 90_000,
} as const;
