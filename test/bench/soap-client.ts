import https from 'node:https';
import type { HttpsAnswer, HttpsCall } from '../../shared/net/dialer.ts';
import { type CallResult, call } from '../../shared/protocols/ews/client.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability as contract } from '../../shared/protocols/ews/operations/get-user-availability.ts';

export type Question = RequestOf<typeof contract>;
export type Answer = ResponseOf<typeof contract>;

/** Sends a text over https; the connection is kept. */
export type Post = (body: string) => Promise<{ readonly status: number; readonly body: Buffer }>;

/** A client of SOAP: writes what it asks by the contract, and reads what it is answered. */
export function caller(post: Post): (asked: typeof contract, question: Question) => Promise<CallResult<Answer>> {
  const dialer = { https: async ({ body }: HttpsCall): Promise<HttpsAnswer> => ({ headers: {}, ...(await post(String(body))) }) };
  const options = { service: 'bench', timeoutMs: 0, maxBytes: 0, version: 'Exchange2013_SP1' } as const;
  return (asked, question) => call(dialer, '', { is: 'anonymous' }, asked, question, options);
}

/** A client on one connection that is kept. */
export function poster(port: number, host: string, path: string, authorization: string): Post {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { host, authorization, 'content-type': 'text/xml; charset=utf-8' };
  return (body) =>
    new Promise((resolve, reject) => {
      const options = { agent, host: '127.0.0.1', port, servername: host, path, method: 'POST', headers, rejectUnauthorized: false };
      const request = https.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
}
