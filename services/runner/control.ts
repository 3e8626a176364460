import type { Explanation } from '../../shared/journal/explain.ts';
import type { ExchangeRecord } from '../../shared/journal/record.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';

/** Where a lab's control port is. */
export interface LabDoor {
  readonly adminUrl: string;
  readonly adminToken: string | null;
}

/** An exchange as the control port tells it. */
export type SeenExchange = Omit<ExchangeRecord, 'error'> & { readonly error: { readonly message: string } | null };

/** What a cmdlet line came to. */
export interface Ran {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
  /** The shell's text, where the line was refused. */
  readonly refusal: string | undefined;
}

/** The control port said no. */
export class ControlRefusal extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'ControlRefusal';
    this.status = status;
  }
}

/** The control port of the lab in which a story is told. Every call that is refused throws {@link ControlRefusal}. */
export interface Control {
  call<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T>;
  cmdlet(organization: string, line: string, as?: string): Promise<Ran>;
  endpoints(): Promise<EndpointsDocument>;
  caPem(): Promise<string>;
  /** World time, once nothing is on its way, how many exchanges are open, and the number of the last one that has closed. */
  settled(): Promise<{ readonly now: number; readonly open: number; readonly last: number }>;
  exchanges(filter: Readonly<Record<string, string>>): Promise<readonly SeenExchange[]>;
  explain(traceId: string): Promise<Explanation>;
}

const mostExchanges = '10000';

/** Opens it; nothing is called yet. `signal` ends whatever is under way. */
export function openControl({ adminUrl, adminToken }: LabDoor, signal: AbortSignal): Control {
  const headers = { accept: 'application/json', ...(adminToken === null ? {} : { authorization: `Bearer ${adminToken}` }) };
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await fetch(`${adminUrl}/_coexist${path}`, { method, headers, signal, ...content });
    if (!answer.ok) throw new ControlRefusal(answer.status, await detailOf(answer));
    return answer;
  };
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await ask(method, path, body);
    return (answer.status === 204 ? {} : await answer.json()) as T;
  };
  return {
    call,
    async cmdlet(organization, line, as) {
      try {
        const told = await call<Partial<Ran>>('POST', '/v1/cmdlets', { organization, line, ...(as === undefined ? {} : { as }) });
        return { objects: told.objects ?? [], warnings: told.warnings ?? [], refusal: undefined };
      } catch (error) {
        if (!(error instanceof ControlRefusal) || error.status !== 422) throw error;
        return { objects: [], warnings: [], refusal: error.message };
      }
    },
    endpoints: () => call('GET', '/endpoints'),
    caPem: async () => (await ask('GET', '/ca.pem')).text(),
    async settled() {
      const { now, ...more } = await call<{ now: string; open: number; last: number }>('GET', '/v1/settled');
      return { now: Date.parse(now), ...more };
    },
    async exchanges(filter) {
      const query = new URLSearchParams({ limit: mostExchanges, ...filter }).toString();
      return (await call<{ exchanges: readonly SeenExchange[] }>('GET', `/v1/exchanges?${query}`)).exchanges;
    },
    explain: (traceId) => call('GET', `/v1/traces/${traceId}/explain`),
  };
}

async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // No problem document: the text is all there is.
  }
  return `${answer.status} ${text.slice(0, 500)}`;
}
