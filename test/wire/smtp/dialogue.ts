import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely, type TLSSocket } from 'node:tls';
import { writeXOAuth2 } from '../../../shared/protocols/smtp/xoauth2.ts';
import type { TestLab } from '../../support/test-lab.ts';

/** A conversation with SMTP submission, octet by octet. */
export interface Dialogue {
  /** Sends a line and answers what came back, its lines joined by `\n`. */
  say(line: string): Promise<string>;
  /** Sends octets as they are. */
  send(octets: string | Buffer): Promise<string>;
  /** What comes without being asked for. */
  hear(): Promise<string>;
  startTls(serverName?: string, options?: ConnectionOptions): Promise<void>;
  /** The greeting. */
  readonly greeting: string;
  /** What AUTH XOAUTH2 is answered with. */
  xoauth2(userName: string, token: string): Promise<string>;
  plain(userName: string, password: string): Promise<string>;
  end(): void;
}

/** The port of submission. */
export function submissionPort(lab: Pick<TestLab, 'endpoints'>): number {
  return Number(lab.endpoints.organizations['contoso']?.submission?.split(':')[1]);
}

/** Port 25 of an organisation. */
export function transportPort(lab: Pick<TestLab, 'endpoints'>, organization: string): number {
  return Number(lab.endpoints.organizations[organization]?.smtp?.split(':')[1]);
}

/** Connects, from an address where it is given, and hears the greeting. */
export async function openDialogue(
  lab: Pick<TestLab, 'endpoints'>,
  port: number = submissionPort(lab),
  localAddress?: string,
): Promise<Dialogue> {
  let socket: Socket | TLSSocket = connect({ port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) });
  let heard = '';
  let isClosed = false;
  let wake: (() => void) | undefined;
  const follow = (): void => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      wake?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      isClosed = true;
      wake?.();
    });
  };
  follow();
  /** One whole answer: its last line has a blank behind the code. `(closed)` once there is nothing more to hear. */
  const hear = async (): Promise<string> => {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(heard)?.[0];
      if (whole !== undefined) {
        heard = heard.slice(whole.length);
        return whole.trimEnd().replaceAll('\r\n', '\n');
      }
      if (isClosed) return '(closed)';
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const send: Dialogue['send'] = (octets) => {
    socket.write(octets);
    return hear();
  };
  const say: Dialogue['say'] = (line) => send(`${line}\r\n`);
  const greeting = await hear();
  return {
    greeting,
    say,
    send,
    hear,
    async startTls(serverName, options = {}) {
      await say('EHLO client.test');
      await say('STARTTLS');
      socket.removeAllListeners('data');
      const ca = readFileSync(lab.endpoints.caFile);
      const name = serverName === undefined ? { host: 'localhost' } : { servername: serverName };
      socket = connectSecurely({ socket, ca, ...name, ...options });
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      isClosed = false;
      follow();
      await say('EHLO client.test');
    },
    xoauth2: (userName, token) => say(`AUTH XOAUTH2 ${writeXOAuth2({ userName, token })}`),
    plain: (userName, password) => say(`AUTH PLAIN ${Buffer.from(`\u0000${userName}\u0000${password}`).toString('base64')}`),
    end: () => socket.destroy(),
  };
}
