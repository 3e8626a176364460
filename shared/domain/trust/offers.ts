/** What a delegation token may be for, and how long it is good for it, in milliseconds (interoperability; not published). */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const offers = {
  'MSExchange.SharingInviteMessage': 15 * dayMs,
  'MSExchange.SharingCalendarFreeBusy': 5 * minuteMs,
  'MSExchange.SharingRead': 60 * minuteMs,
  'MSExchange.MailboxMove': hourMs,
  'MSExchange.Autodiscover': 8 * hourMs,
  'MSExchange.XropLogon': 8 * hourMs,
  'MSExchange.MailTips': 5 * minuteMs,
  'MSExchange.MailboxSearch': 8 * hourMs,
  'MSExchange.UserPhotoRetrieval': 10 * minuteMs,
  'Messenger.SignIn': 8 * hourMs,
  'MSRMS.CertificationWS': 48 * hourMs,
  'MSRMS.ServerLicensingWS': 48 * hourMs,
} as const;

/** An action that a token request names and a delegation token carries. */
export type OfferName = keyof typeof offers;

/** The offer of that name, as it is spelt; undefined for what is none. */
export function offerOf(action: string): OfferName | undefined {
  return Object.hasOwn(offers, action) ? (action as OfferName) : undefined;
}

/** How long a token for an offer is good, in milliseconds from its first moment. */
export function offerDurationMs(offer: OfferName): number {
  return offers[offer];
}
