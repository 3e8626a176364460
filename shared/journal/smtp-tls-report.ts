import { addressOf, type WebLog } from './web-log.ts';

/**
 * Who still brings mail without TLS 1.2: a line for each sender that began a message in less, for whoever wants to switch the
 * older versions off ("Exchange Server TLS guidance, part 2", Exchange Team Blog). Its form is ours.
 */
export const smtpTlsReport: WebLog = {
  head: () => '#Fields: date-time,remote-address,organization,tls\n',
  line(_server, { operation, direction, verdict, at, peer, organization }) {
    if (operation !== 'MAIL' || direction !== 'incoming') return undefined;
    const tls = verdict?.checks.find(({ check }) => check === 'transport.tls')?.actual;
    if (tls === undefined || /^TLSv1\.[23] /.test(tls)) return undefined;
    return [new Date(at).toISOString(), addressOf(peer ?? ''), organization ?? '', tls].join(',');
  },
};
