import { ewsRefusal } from '../failures.ts';

/**
 * The type of an address as a request names it; SMTP where it does not. Refuses with ErrorInvalidRoutingType what is no type of an
 * address: as of proxy addresses, nine visible ASCII characters at most, none of them a colon (of EWS inferred).
 */
export function routingTypeOf(text = 'SMTP'): string {
  if (/^[!-9;-~]{1,9}$/.test(text)) return text;
  throw ewsRefusal('ErrorInvalidRoutingType', { detail: text.slice(0, 64) });
}
