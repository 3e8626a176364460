/** What helps where mail between servers was refused, by check. */
export const mailRemedies: Readonly<Record<string, string>> = {
  'transport.connector': 'Get-ReceiveConnector, or Get-InboundConnector in the cloud, shows which connectors take mail from where.',
  'transport.tls':
    'Send STARTTLS first, or take mail without it: -RequireTLS $false on the receive connector, -RequireTls $false on the inbound connector.',
  'transport.rate':
    'Get-ReceiveConnector shows MessageRateLimit and MessageRateSource of the connector, Get-ThrottlingPolicy that of a user; Set-ReceiveConnector and Set-ThrottlingPolicy change them.',
  'transport.sender':
    'Let the sender in: Set-ReceiveConnector -PermissionGroups AnonymousUsers, or change the restrictions of the inbound connector (TlsSenderCertificateName, SenderIPAddresses).',
  'transport.recipient':
    'Address a recipient of an accepted domain (Get-AcceptedDomain); for others a tenant needs an inbound connector of type OnPremises that matches the server, a server one that lets ExchangeUsers or ExchangeServers in.',
  'mailflow.recipient':
    'The report to the sender has the reason. Look whether the recipient is there (Get-Recipient), takes the mail (-RequireSenderAuthenticationEnabled, -AcceptMessagesOnlyFrom, -MaxReceiveSize) and forwards in no circle; in a domain that is shared, Set-AcceptedDomain -DomainType InternalRelay passes on what is not found.',
  'mailflow.approval':
    'The first answer counts, of a moderator who was asked, signed in, from his own mailbox: Get-MessageTrackingLog -EventId MODERATORAPPROVE (or MODERATORREJECT, MODERATIONEXPIRE) tells whether one has decided. Whoever is to decide about later messages is named with -ModeratedBy of Set-DistributionGroup, Set-Mailbox and their kin.',
};
