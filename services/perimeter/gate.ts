import type { IncomingMessage } from 'node:http';
import { readBasicHeader } from '../../shared/bridges/access/basic-credentials.ts';
import { addressRange, isInRange } from '../../shared/domain/mailflow/address-range.ts';
import type { PerimeterDevice } from '../../shared/domain/organization/perimeter-devices.ts';
import { globTest } from '../../shared/kernel/glob.ts';
import { type Check, judge, type Verdict } from '../../shared/kernel/verdict.ts';
import type { PerimeterGround } from './context.ts';
import { answerForm, type FormAnswer, type LogonSessions, logonPath, toForm } from './logon-form.ts';
import type { RequestCounts } from './rate.ts';
import { refusalOf } from './verify-account.ts';

/** What the device remembers. */
export interface DeviceMemory {
  readonly counts: RequestCounts;
  readonly sessions: LogonSessions;
}

/** A request before the device. */
export interface Knock {
  readonly request: IncomingMessage;
  /** Without query. */
  readonly path: string;
  readonly address: string;
  /** Whether the servers have let somebody in by NTLM on this connection. */
  readonly isProven: boolean;
}

/** What becomes of it: `reset` takes the connection away; `authorization` is sent to the servers instead of what came. */
export type Ruling = { readonly verdict: Verdict } & (
  | { readonly is: 'pass'; readonly authorization?: string }
  | {
      readonly is: 'answer';
      readonly answer: Omit<FormAnswer, 'headers'> & { readonly headers: Readonly<Record<string, string | string[]>> };
    }
  | { readonly is: 'reset' }
);

/** Whether an address may connect at all. */
export function mayConnect({ SourceRanges }: PerimeterDevice, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return (
    SourceRanges.length === 0 ||
    SourceRanges.some((text) => {
      const range = addressRange(text);
      return range !== undefined && isInRange(plain, range);
    })
  );
}

/** Judges a request: how many there were, where it goes, who it is from. */
export async function rule(ground: PerimeterGround, knock: Knock, memory: DeviceMemory): Promise<Ruling> {
  const { device, at } = ground;
  const limit = device.MaxRequestsPerMinute;
  const count = memory.counts.add(knock.address, at);
  const rate: Check = {
    check: 'perimeter.rate',
    outcome: limit === 'unlimited' ? 'skipped' : count <= limit ? 'passed' : 'failed',
    ...(limit === 'unlimited' ? {} : { expected: `at most ${limit} in a minute`, actual: String(count) }),
  };
  if (rate.outcome === 'failed') return { is: 'reset', verdict: judge([rate]) };
  const isForm = device.PreAuthentication === 'Forms' && knock.path.toLowerCase() === logonPath;
  const isPublished = isForm || device.AllowedPaths.length === 0 || matches(device.AllowedPaths, knock.path);
  const published: Check = {
    check: 'perimeter.path',
    outcome: isPublished ? 'passed' : 'failed',
    ...(isPublished ? {} : { expected: device.AllowedPaths.join(', '), actual: knock.path.slice(0, 256) }),
  };
  if (!isPublished) return { is: 'answer', answer: denied, verdict: judge([rate, published]) };
  const { check, ...ruling } = await preAuthenticate(ground, knock, memory.sessions);
  return { ...ruling, verdict: judge([rate, published, check]) };
}

const compiled = new WeakMap<readonly string[], readonly ((path: string) => boolean)[]>();

/**
 * Whether a path is one of a list's: as it is written, and as servers may read it that resolve `..` and take a back slash for a slash. The
 * lists are those of the settings, the same until somebody changes them.
 */
function matches(globs: readonly string[], path: string): boolean {
  const tests = compiled.get(globs) ?? globs.map(globTest);
  compiled.set(globs, tests);
  return [path, resolved(path)].every((one) => tests.some((test) => test(one)));
}

function resolved(path: string): string {
  const encoded = path.replaceAll(/%2f|%5c|\\/gi, '/').replaceAll(/\/{2,}/g, '/');
  return URL.canParse(encoded, 'https://here.invalid') ? new URL(encoded, 'https://here.invalid').pathname : '';
}

/** The sentence is ours. */
const denied: FormAnswer = {
  status: 403,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'This address is not published.\r\n',
};

type Admission =
  | { readonly is: 'pass'; readonly authorization?: string; readonly check: Check }
  | { readonly is: 'answer'; readonly answer: Extract<Ruling, { is: 'answer' }>['answer']; readonly check: Check };

const name = 'perimeter.pre-authentication';

async function preAuthenticate(ground: PerimeterGround, knock: Knock, sessions: LogonSessions): Promise<Admission> {
  const { device } = ground;
  const { PreAuthentication: asked } = device;
  if (asked === 'None' || matches(device.PassThroughPaths, knock.path)) return { is: 'pass', check: { check: name, outcome: 'skipped' } };
  if (asked === 'Forms') return byForm(ground, knock, sessions);
  return asked === 'Basic' ? byBasic(ground, knock) : byNtlm(knock);
}

/** Its name and password go on to the servers, which judge them again. */
async function byBasic(ground: PerimeterGround, { request }: Knock): Promise<Admission> {
  const header = request.headers.authorization;
  const read = header === undefined ? 'no Authorization header' : /^basic /i.test(header) ? readBasicHeader(header) : schemeOf(header);
  const refused = typeof read === 'string' ? read : await refusalOf(ground, read.userName, read.password);
  if (refused === undefined) return { is: 'pass', check: { check: name, outcome: 'passed', expected: 'Basic' } };
  return challenge('Basic', refused, [`Basic realm="${ground.options.organization.hosts.web}"`]);
}

/**
 * The handshake goes through to the servers, message by message on a connection of its own; what brings nothing of it is stopped here. A device
 * that judged NTLM by itself could not say to the servers who it is without Kerberos.
 */
function byNtlm({ request, isProven }: Knock): Admission {
  const header = request.headers.authorization;
  const scheme = header === undefined ? undefined : schemeOf(header);
  const isHandshake = /^(?:ntlm|negotiate)$/i.test(scheme ?? '');
  if (isHandshake || (scheme === undefined && isProven)) return { is: 'pass', check: { check: name, outcome: 'passed', expected: 'NTLM' } };
  return challenge('NTLM', scheme ?? 'no Authorization header', ['Negotiate', 'NTLM']);
}

function schemeOf(header: string): string {
  return header.split(' ', 1)[0] ?? '';
}

function challenge(expected: string, actual: string, offered: string[]): Admission {
  const answer = { status: 401, headers: { 'www-authenticate': offered }, body: '' };
  return { is: 'answer', answer, check: { check: name, outcome: 'failed', expected, actual: actual.slice(0, 64) } };
}

async function byForm(ground: PerimeterGround, knock: Knock, sessions: LogonSessions): Promise<Admission> {
  const { request, path } = knock;
  if (path.toLowerCase() === logonPath)
    return { is: 'answer', answer: await answerForm(ground, request, sessions), check: { check: name, outcome: 'skipped' } };
  const authorization = sessions.authorization(request, ground.at);
  if (authorization !== undefined) return { is: 'pass', authorization, check: { check: name, outcome: 'passed', expected: 'a session' } };
  return { is: 'answer', answer: toForm(request), check: { check: name, outcome: 'failed', expected: 'a session', actual: 'none' } };
}
