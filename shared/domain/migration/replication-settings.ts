const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Numbers of the Mailbox Replication service, as it is installed. Times are milliseconds of world time. */
export const replicationSettings = {
  /** Failures in a row that are retried; one more ends the request. */
  maxRetries: 60,
  retryDelayMs: 30 * second,
  /** Retries of a request in all its life: five hours of them. */
  maxTotalRetries: 600,
  maxCleanupRetries: 480,
  cleanupRetryDelayMs: 30 * second,
  mailboxLockoutRetryMs: 5 * minute,
  proxyLimitBackoffMs: 5 * minute,
  throttlingRetryMs: 10 * minute,
  /** Without any connection for this long a request is given up. */
  reconnectAbandonMs: 2 * day,
  stuckMs: 3 * hour,
  /** Times a request may bring its process down. */
  poisonLimit: 5,
  maxActiveMovesPerDatabase: 20,
  /** Incremental synchronisation repeats at once while there are more changes than this, in at most so many rounds. */
  maxChangesLeft: 100,
  maxIncrementalRounds: 10,
  /** IncrementalSyncInterval of New-MoveRequest: 24 hours, 0 to 120 days. */
  incrementalSyncMs: day,
  maxIncrementalSyncMs: 120 * day,
  /** How long a request that is over stays: CompletedRequestAgeLimit of New-MoveRequest. */
  completedAgeLimitMs: 30 * day,
} as const;
