import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { UserEndpoint } from '../../../shared/service/endpoints-document.ts';
import { mappedAgents, type NameTable } from '../../support/mapped-agents.ts';
import { basic, envelope } from '../../support/soap.ts';
import { texts } from './answers.ts';

/** A connection on which events are streamed, as a client reads it: document by document. */
export interface EventStream {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  /** The next document; undefined when the answer has ended. Rejects when the connection broke. */
  next(): Promise<string | undefined>;
  /** Documents up to the one that passes, it included. */
  until(passes: (document: string) => boolean): Promise<readonly string[]>;
  /** All that is still to come. */
  rest(): Promise<readonly string[]>;
  /** Breaks the connection. */
  destroy(): void;
}

export interface StreamSource {
  readonly endpoints: { readonly users: readonly Pick<UserEndpoint, 'mail' | 'userName' | 'password' | 'organization'>[] };
  readonly names: NameTable;
}

/** Opens GetStreamingEvents over some subscriptions; resolves when the answer has begun. */
export async function openEventStream(
  { endpoints, names }: StreamSource,
  mail: string,
  subscriptions: readonly string[],
  minutes = 30,
  further: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const user = endpoints.users.find((one) => one.mail === mail);
  if (user === undefined) throw new Error(`there is no ${mail}`);
  const host = user.organization === 'contoso-cloud' ? 'outlook.office365.test' : 'mail.contoso.test';
  const { httpsAgent } = mappedAgents(names);
  const asked = subscriptions.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('');
  const body = `<m:GetStreamingEvents><m:SubscriptionIds>${asked}</m:SubscriptionIds><m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      'content-type': 'text/xml; charset=utf-8',
      'accept-encoding': 'gzip, deflate',
      authorization: basic(user.userName, user.password),
      ...further,
    };
    const request = https.request(`https://${host}/EWS/Exchange.asmx`, { method: 'POST', headers, agent: httpsAgent }, resolve);
    request.on('error', reject);
    request.end(envelope(body));
  });
  return { ...reader(response), status: response.statusCode, headers: response.headers };
}

function reader(response: IncomingMessage): Omit<EventStream, 'headers' | 'status'> {
  const documents: string[] = [];
  let rest = '';
  let end: { readonly error?: Error } | undefined;
  let waiting: (() => void) | undefined;
  const tell = (): void => {
    waiting?.();
    waiting = undefined;
  };
  // Faults are no stream and may be compressed as any answer.
  const body = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
  body.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split(/(?<=<\/(?:s:)?Envelope>)/);
    rest = parts.at(-1)?.endsWith('Envelope>') === true ? '' : (parts.pop() ?? '');
    documents.push(...parts);
    tell();
  });
  body.on('end', () => {
    end ??= {};
    tell();
  });
  response.on('error', (error) => {
    end ??= { error };
    tell();
  });
  const next: EventStream['next'] = async () => {
    while (documents.length === 0) {
      if (end?.error !== undefined) throw end.error;
      if (end !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    }
    return documents.shift();
  };
  return {
    next,
    async until(passes) {
      const read: string[] = [];
      for (;;) {
        const document = await next();
        if (document === undefined) throw new Error(`the stream ended: ${read.map((one) => texts(one, 'ConnectionStatus')).join()}`);
        read.push(document);
        if (passes(document)) return read;
      }
    },
    async rest() {
      const read: string[] = [];
      for (let document = await next(); document !== undefined; document = await next()) read.push(document);
      return read;
    },
    destroy: () => void response.destroy(),
  };
}
