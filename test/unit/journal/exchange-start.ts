import type { ExchangeStart } from '../../../shared/kernel/exchange.ts';

/** A request of somebody at Contoso's front end. */
export const start: ExchangeStart = {
  service: 'frontend',
  direction: 'incoming',
  protocol: 'https',
  target: 'POST /EWS/Exchange.asmx',
  host: 'mail.contoso.test',
  organization: 'contoso',
  at: 1_000,
};
