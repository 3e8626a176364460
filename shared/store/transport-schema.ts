/** Where messages wait for their next hop; one row per hop, for as long as something waits for it. */
export interface TransportQueueTable {
  organization: string;
  number: number;
  /** `DeliveryType` of Get-Queue: `DnsConnectorDelivery`, `SmartHostConnectorDelivery`, `SmtpDeliveryToMailbox`, `Unreachable`. */
  delivery: string;
  /** Name of the connector; '' where there is none. */
  connector: string;
  /** The domain whose MX is asked for, smart hosts separated by commas, or `Unreachable Domain`. */
  next_hop: string;
  /** `Ready`, `Retry`, `Suspended`. */
  status: string;
  /** Attempts to connect that have failed since the last one that did not. */
  attempts: number;
  /** When it is tried again. */
  retry: number | null;
  last_attempt: number | null;
  last_error: string | null;
  /** The process that sends from it, for as long as its lease lasts (machine time). */
  holder: string | null;
  lease: number | null;
}

/** A message that waits in at least one queue. */
export interface TransportMessageTable {
  organization: string;
  /** InternalMessageId. */
  number: number;
  /** Reverse path; '' is the null one. */
  sender: string;
  /** With angle brackets; '' where it has none. */
  internet_message_id: string;
  subject: string;
  size: number;
  received: number;
  expires: number;
  /** Blob hash. */
  mime: string;
  /** JSON: what the transport knows of it (domain/mailflow/transport-message.ts). */
  facts: string;
}

/** A recipient that a waiting message has not reached. */
export interface TransportRecipientTable {
  organization: string;
  message: number;
  position: number;
  /** Where it is sent to; what it was called before stands in `terms`. */
  address: string;
  queue: number;
  /** `Ready`, `Retry`, `Suspended`, `PendingRemove`, `Resubmit`. */
  status: string;
  attempts: number;
  /** When it is tried again by itself; null: with its queue. */
  retry: number | null;
  last_error: string | null;
  /** When the sender was told that it takes longer. */
  notified: number | null;
  /** JSON: what the sender wants to hear of it (RFC 3461), the address that was written. */
  terms: string;
}

/** A row of the message tracking log. */
export interface TrackingEventTable {
  organization: string;
  number: number;
  at: number;
  /** EventId: `RECEIVE`, `SEND`, `DELIVER` ... */
  event: string;
  /** Source: `SMTP`, `STOREDRIVER`, `ROUTING`, `DSN` ... */
  source: string;
  internet_message_id: string;
  sender: string;
  /** JSON: the other columns that have a value. */
  facts: string;
}
