/** How long a program that is asked nothing else waits for an answer. */
export interface ClientPatience {
  readonly client: string;
  /** From the request to the answer; null: for ever. */
  readonly waitsMs: number | null;
  readonly source: string;
}

/** By the beginning of User-Agent. What such a program has been told by its own settings nobody sees from here. */
const known: readonly (ClientPatience & { readonly userAgent: RegExp })[] = [
  { userAgent: /^exchangelib\//, client: 'exchangelib', waitsMs: 120_000, source: 'exchangelib, BaseProtocol.TIMEOUT' },
  {
    ...{ userAgent: /^ExchangeServicesClient\//, client: 'EWS Managed API or ews-javascript-api', waitsMs: 100_000 },
    source: 'learn.microsoft.com, ExchangeServiceBase.Timeout',
  },
  { userAgent: /^curl\//, client: 'curl', waitsMs: null, source: 'curl(1), --max-time' },
  { userAgent: /^axios\//, client: 'axios', waitsMs: null, source: 'axios, request config: timeout' },
  { userAgent: /^python-requests\//, client: 'requests', waitsMs: null, source: 'Requests, Advanced usage: timeouts' },
  { userAgent: /^Go-http-client\//, client: "Go's net/http", waitsMs: null, source: 'pkg.go.dev/net/http, Client.Timeout' },
  { userAgent: /^(?:node|undici)$/, client: "Node's fetch", waitsMs: 300_000, source: 'undici, Client: headersTimeout' },
];

/** Undefined for a program that is not known, or that does not say which it is. */
export function patienceOf(userAgent: string | null): ClientPatience | undefined {
  const found = known.find((one) => one.userAgent.test(userAgent ?? ''));
  return found && { client: found.client, waitsMs: found.waitsMs, source: found.source };
}
