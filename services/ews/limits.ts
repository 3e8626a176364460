/** Streams of notifications, whoever asks (Microsoft's page "EWS throttling in Exchange"). */
export const streamLimits = {
  /** Connections on which events are streamed to one user, at once. */
  hangingConnections: 10,
  /** Subscriptions on one such connection. */
  subscriptionsPerConnection: 200,
} as const;

/** How subscribers are told, whoever they are; bounds are ours where no source stands. */
export const tellingLimits = {
  /** Microsoft's page "GetStreamingEvents operation"; a few more where one change makes several, which are not parted. */
  eventsPerDocument: 50,
  /** Silence of a stream after which it says that it is there (the EWS Managed API waits for twice that), by world time. */
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
