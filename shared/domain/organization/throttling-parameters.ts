/** Parts of Exchange that each have a budget of their own. */
const components = [
  ...['Anonymous', 'BookingSelfService', 'Consensus', 'Cpa', 'Eas', 'EncryptionRecipient', 'EncryptionSender', 'Ews', 'Imap'],
  ...['OutlookService', 'Owa', 'OwaVoice', 'Pop', 'PowerShell', 'PushNotification', 'Rca', 'RcaShared', 'Schedules'],
] as const;

/** What a part has beside {@link budget}, or, where it is none of {@link components}, all that it has. */
const further: Readonly<Record<string, readonly string[]>> = {
  Compliance: ['MaxExpansionDGRecipients', 'MaxExpansionNestedDGs'],
  Discovery: [
    ...['MaxConcurrency', 'MaxKeywords', 'MaxKeywordsPerPage', 'MaxMailboxes', 'MaxPreviewSearchMailboxes', 'MaxRefinerResults'],
    ...['MaxSearchQueueDepth', 'MaxStatsSearchMailboxes', 'PreviewSearchResultsPageSize', 'SearchTimeoutPeriod'],
  ],
  Eas: ['MaxDevices', 'MaxDeviceDeletesPerMonth', 'MaxInactivityForDeviceCleanup'],
  Ews: ['MaxSubscriptions', 'CostThreshold'],
  Exchange: ['MaxCmdlets'],
  OutlookService: ['MaxSubscriptions', 'MaxSocketConnectionsPerDevice', 'MaxSocketConnectionsPerUser'],
  PowerShell: [
    ...['MaxTenantConcurrency', 'MaxOperations', 'MaxCmdletsTimePeriod', 'MaxCmdletQueueDepth', 'MaxCmdlets', 'MaxDestructiveCmdlets'],
    ...['MaxDestructiveCmdletsTimePeriod', 'MaxRunspaces', 'MaxTenantRunspaces', 'MaxRunspacesTimePeriod'],
  ],
  Psws: ['MaxConcurrency', 'MaxRequest', 'MaxRequestTimePeriod'],
  PushNotification: ['MaxBurstPerDevice', 'RechargeRatePerDevice', 'SamplingPeriodPerDevice'],
};

const budget = ['MaxConcurrency', 'MaxBurst', 'RechargeRate', 'CutoffBalance'];

/**
 * What a throttling policy limits, as New- and Set-ThrottlingPolicy call it (their pages, as of Exchange 2013; what only
 * Exchange 2010 had, time in parts of the server by percentages above all, is left out). Those of EWS, RecipientRateLimit and MessageRateLimit
 * alone do something here.
 */
export const throttlingParameters: readonly string[] = [...new Set([...components, ...Object.keys(further)])]
  .toSorted()
  .flatMap((name) =>
    [...(components.some((component) => component === name) ? budget : []), ...(further[name] ?? [])].map((limit) => `${name}${limit}`),
  )
  .concat('MessageRateLimit', 'RecipientRateLimit', 'ForwardeeLimit');
