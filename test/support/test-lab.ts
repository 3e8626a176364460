import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { type LabOptions, startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import type { ExchangeFilter } from '../../shared/journal/filter.ts';
import type { ExchangeRecord } from '../../shared/journal/record.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { asSchemaHasIt, requireEwsSchema } from './ews-schema.ts';
import { mappedAgents, type NameTable } from './mapped-agents.ts';
import { basic, envelope } from './soap.ts';

/**
 * A lab for one test file, with what clients need to reach it. Closing it fails the test when the journal holds a defect
 * or an EWS answer, whoever asked for it, that the official schema does not allow.
 */
export interface TestLab extends Pick<RunningLab, 'endpoints' | 'clock' | 'faults' | 'store' | 'journal' | 'reset' | 'mailSent' | 'moved'> {
  readonly names: NameTable;
  readonly dataDir: string;
  /** The password of every account of the world. */
  readonly password: string;
  /** Posts the Body of a SOAP request to the EWS of a user's organisation. */
  ews(mail: string, body: string, options?: EwsOptions): Promise<HttpAnswer>;
  /** Any https request to a host of the world. */
  https(url: string, options?: HttpOptions): Promise<HttpAnswer>;
  exchanges(filter: ExchangeFilter): Promise<readonly ExchangeRecord[]>;
  /** What the journal says of the exchange that gave an answer: it closes a moment after the answer has arrived. */
  exchangeOf(answer: Pick<HttpAnswer, 'headers'>): Promise<ExchangeRecord>;
  /** How many EWS answers were held against the official schema so far. */
  validated(): number;
  close(): Promise<void>;
}

export interface EwsOptions {
  readonly organization?: string;
  /** Inside `s:Header`. */
  readonly header?: string;
  readonly password?: string;
}

export interface HttpOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The same as it came. */
  readonly octets: Buffer;
}

// One folder for all labs of a test file. Seeded worlds, keys and certificates are the run's; the authority's own certificate
// is a copy, for it is made anew where a world has hosts of its own.
const dataDir = mkdtempSync(join(tmpdir(), 'coexist-test-'));
const installation = inject('installation');
mkdirSync(join(dataDir, 'certificates'));
for (const shared of ['cache', 'keys', 'certificates/issued']) symlinkSync(join(installation, shared), join(dataDir, shared));
for (const copied of ['ca.pem', 'ca-key.pem'])
  copyFileSync(join(installation, 'certificates', copied), join(dataDir, 'certificates', copied));
// Hooks run last in, first out: those of the test file, which close its labs, have run by then.
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const schema = requireEwsSchema();

/** The documents of an answer: one, or the sequence that a stream is. */
function documentsOf(body: string): readonly string[] {
  return body.split(/(?<=<\/(?:s:)?Envelope>)/).filter((part) => part.trim() !== '');
}

/**
 * The lab's clock stands at a moment from its beginning. A world is seeded for the week in which its lab begins: who freezes
 * a lab of the machine's time at a date has certificates that are not valid yet, or no more, as soon as the week is over.
 */
export function frozenAt(at: Instant | string): Pick<LabOptions, 'clock'> {
  return { clock: `frozen@${typeof at === 'string' ? at : new Date(at).toISOString()}` };
}

export async function openTestLab(options: LabOptions = {}): Promise<TestLab> {
  const lab = await startLab({ dataDir, ...options });
  const { endpoints } = lab;
  const violations: string[] = [];
  let validated = 0;
  const closed = new Map<string, PromiseWithResolvers<ExchangeRecord>>();
  const closedExchange = (traceId: string): PromiseWithResolvers<ExchangeRecord> => {
    const known = closed.get(traceId) ?? Promise.withResolvers<ExchangeRecord>();
    closed.set(traceId, known);
    return known;
  };
  lab.journal.subscribe((record, octets) => {
    closedExchange(record.traceId).resolve(record);
    if (schema === undefined || record.service !== 'ews' || record.direction === 'outgoing') return;
    if (record.status !== 200 && record.status !== 500) return;
    const { answer } = octets();
    // What was sent through a fault rule is not ours, and the journal keeps the beginning of long answers only.
    if (answer?.body == null || answer.bodyNote !== undefined || record.outcome === 'fault' || !answer.body.includes('Envelope')) return;
    for (const document of documentsOf(answer.body)) {
      validated += 1;
      violations.push(...schema.violations(asSchemaHasIt(document)).map((violation) => `${record.operation}: ${violation}`));
    }
  });
  const ca = readFileSync(endpoints.caFile, 'utf8');
  const names = { hosts: endpoints.hosts, httpPort: Number(endpoints.http?.split(':').at(-1)), ca };
  const agents = mappedAgents(names);
  const password = endpoints.users[0]?.password ?? '';
  const request: TestLab['https'] = (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = https.request(url, { method, headers, agent: agents.httpsAgent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks))));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const { clock = 'real' } = options;
  return {
    ...lab,
    clock: {
      ...lab.clock,
      async freeze(at) {
        if (at !== undefined && !clock.startsWith('frozen@')) throw new Error('a lab that is frozen at a moment begins at one: frozenAt');
        return lab.clock.freeze(at);
      },
    },
    names,
    password,
    dataDir,
    https: request,
    async ews(mail, body, { organization, header = '', password: told = password } = {}) {
      const user = endpoints.users.find((one) => one.mail === mail && (organization === undefined || one.organization === organization));
      const host =
        organization === 'contoso-cloud' || user?.organization === 'contoso-cloud'
          ? 'outlook.office365.test'
          : user?.organization === 'fabrikam'
            ? 'mail.fabrikam.test'
            : 'mail.contoso.test';
      return request(`https://${host}/EWS/Exchange.asmx`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', authorization: basic(user?.userName ?? mail, told) },
        body: envelope(body, header),
      });
    },
    exchanges: (filter) => lab.journal.find(filter),
    exchangeOf: ({ headers }) => closedExchange(String(headers['x-coexist-trace'])).promise,
    validated: () => validated,
    async close() {
      agents.httpsAgent.destroy();
      agents.httpAgent.destroy();
      const defects = lab.journal.defects();
      await lab.close();
      expect(defects).toEqual([]);
      expect(violations).toEqual([]);
    },
  };
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, octets: Buffer): HttpAnswer {
  return { status: statusCode, headers, body: octets.toString(), octets };
}
