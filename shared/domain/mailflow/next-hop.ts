/** How a queue is emptied: DeliveryType of Get-Queue. */
export type DeliveryType = 'DnsConnectorDelivery' | 'SmartHostConnectorDelivery' | 'Unreachable';

/** Where a recipient's copy goes next. */
export interface NextHop {
  readonly delivery: DeliveryType;
  /** Send connector on-premises, outbound connector of a tenant; '' for what a tenant sends to the world without one. */
  readonly connector: string;
  /** The domain whose MX is asked for, smart hosts separated by commas, or `Unreachable Domain`. */
  readonly nextHop: string;
  /** Octets of the largest message that the connector takes, where it says so. */
  readonly largest?: number | undefined;
  /** Of an unreachable one: why, in Exchange's words. */
  readonly lastError?: string | undefined;
}
