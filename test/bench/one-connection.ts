import { X509Certificate } from 'node:crypto';
import { Agent, request as secure } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { RawAnswer } from '../support/raw-http.ts';

/** A client with one connection, which it makes with its first request and keeps. */
export interface OneConnection {
  post(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<RawAnswer & { readonly certificate: X509Certificate }>;
  close(): void;
}

export function openOneConnection(port: number): OneConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  return {
    post: (path, body, headers) =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', servername: 'localhost', port, path, method: 'POST', agent };
        const all = { host: 'localhost', 'content-type': 'text/xml; charset=utf-8', ...headers };
        const request = secure({ ...options, headers: all }, (response) => {
          const chunks: Buffer[] = [];
          const certificate = new X509Certificate((response.socket as TLSSocket).getPeerCertificate().raw);
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), certificate }),
          );
        });
        request.once('error', reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

const namespaces =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

/** Sends a request of EWS and answers the text of what came; one that does not succeed is an error. */
export async function ask(
  client: OneConnection,
  { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const answer = await client.post('/EWS/Exchange.asmx', soap(body), headers);
  const text = answer.body.toString();
  if (answer.status !== 200 || text.includes('ResponseClass="Error"') || text.includes('<s:Fault>'))
    throw new Error(`${answer.status} ${text.slice(0, 2_000)}`);
  return text;
}

/** A request in its envelope. */
export function soap(body: string): string {
  return `<s:Envelope ${namespaces}><s:Body>${body}</s:Body></s:Envelope>`;
}
