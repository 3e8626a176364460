import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { mappedAgents } from './mapped-agents.ts';
import { basic, envelope } from './soap.ts';

const main = fileURLToPath(import.meta.resolve('../../services/main.ts'));
const cli = fileURLToPath(import.meta.resolve('../../services/cli/coexist.ts'));

/** What a process wrote and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A program of ours in a process of its own, with a bare environment. */
export interface OwnProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The standard output so far. */
  out(): string;
  /** Resolves with the first line of standard output that passes; rejects with all output when the process ends before. */
  line(passes: (line: string) => boolean): Promise<string>;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags of Node's own; by default it has none. */
  readonly nodeFlags?: readonly string[];
  /** Its standard input, through a pipe; else it has none. */
  readonly input?: string;
}

/** `node services/main.ts <flags>`, as `npm start -- <flags>` runs it but for the flags of Node. */
export function startMain(flags: readonly string[], options: ProcessOptions): OwnProcess {
  return startProgram(process.execPath, [...(options.nodeFlags ?? []), main, ...flags], options);
}

/** `coexist <words>`. */
export function startCli(words: readonly string[], options: ProcessOptions): OwnProcess {
  return startProgram(process.execPath, [cli, ...words], options);
}

/** `coexist <words>`, to its end. */
export function coexist(words: readonly string[], options: ProcessOptions): Promise<Ended> {
  return startCli(words, options).ended;
}

/** Any program, with the same bare environment. */
export function startProgram(file: string, words: readonly string[], { cwd, environment = {}, input }: ProcessOptions): OwnProcess {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  const child = spawn(file, words, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  // Whoever does not read to the end breaks the pipe, and that is well.
  child.stdin.on('error', () => undefined).end(input);
  let [out, err] = ['', ''];
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of [...looks]) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, out, err }));
  return {
    child,
    ended,
    out: () => out,
    line: (passes) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = out.split('\n').slice(0, -1).find(passes);
          if (found === undefined) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
        ended.then((end) => reject(new Error(`it ended before: ${JSON.stringify(end)}`)), reject);
      }),
  };
}

/** A lab in a process of its own that is ready. */
export interface LabProcess extends OwnProcess {
  readonly endpoints: EndpointsDocument;
  readonly endpointsFile: string;
  readonly ready: Readonly<Record<string, unknown>>;
}

/** Starts one with JSON output and waits for its ready line. */
export async function startLabProcess(flags: readonly string[], options: ProcessOptions): Promise<LabProcess> {
  const own = startMain(flags, options);
  const ready = JSON.parse(await own.line((line) => line.includes('"event":"ready"'))) as { endpoints: string };
  return { ...own, ready, endpointsFile: ready.endpoints, endpoints: JSON.parse(readFileSync(ready.endpoints, 'utf8')) };
}

/** Ends a process that a test has left, whatever became of the test. */
export async function end(own: OwnProcess | undefined): Promise<void> {
  if (own === undefined || own.child.exitCode !== null || own.child.signalCode !== null) return;
  own.child.kill('SIGKILL');
  await own.ended;
}

/** A client of one lab: https by the world's names, certificates checked. */
export interface WireClient {
  request(
    url: string,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<{ status: number; body: string }>;
  /** A SOAP request to the EWS of a user's organisation, or of another one. */
  ews(mail: string, body: string, options?: { readonly organization?: string }): Promise<{ status: number; body: string }>;
  close(): void;
}

export function wireClient(endpoints: EndpointsDocument): WireClient {
  if (!existsSync(endpoints.caFile)) throw new Error(`there is no ${endpoints.caFile}`);
  const names = { hosts: endpoints.hosts, httpPort: Number(endpoints.http?.split(':').at(-1)), ca: readFileSync(endpoints.caFile, 'utf8') };
  const { httpsAgent, httpAgent } = mappedAgents(names);
  const request: WireClient['request'] = (url, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = https.request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: httpsAgent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text })).on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
  return {
    request,
    ews(mail, body, { organization } = {}) {
      const user = endpoints.users.find((one) => one.mail === mail && (organization === undefined || one.organization === organization));
      const host = (organization ?? user?.organization) === 'contoso-cloud' ? 'outlook.office365.test' : 'mail.contoso.test';
      const password = user?.password ?? endpoints.users[0]?.password ?? '';
      const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(user?.userName ?? mail, password) };
      return request(`https://${host}/EWS/Exchange.asmx`, { headers, body: envelope(body) });
    },
    close() {
      httpsAgent.destroy();
      httpAgent.destroy();
    },
  };
}
