/**
 * How a queue is emptied: DeliveryType of Get-Queue. `SmtpDeliveryToMailbox`: into mailboxes of a database here, one by one as they
 * take it again; what they take at once is in no queue.
 */
export type DeliveryType = 'DnsConnectorDelivery' | 'SmartHostConnectorDelivery' | 'SmtpDeliveryToMailbox' | 'Unreachable';

/** Where a recipient's copy goes next. */
export interface NextHop {
  readonly delivery: DeliveryType;
  /** Send connector on-premises, outbound connector of a tenant; '' for what a tenant sends to the world without one. */
  readonly connector: string;
  /** The domain whose MX is asked for, smart hosts separated by commas, the name of a mailbox database, or `Unreachable Domain`. */
  readonly nextHop: string;
  /** Octets of the largest message that the connector takes, where it says so. */
  readonly largest?: number | undefined;
  /** Why it cannot go on now. */
  readonly lastError?: string | undefined;
}
