import { Refusal } from '../kernel/refusal.ts';
import type { DialRefusal } from '../net/dial-refusals.ts';
import { dialMessage } from '../net/dial-words.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';

/** How a cmdlet that needs a document is told that it cannot be had. */
export interface DocumentWanted {
  /** The parameter that names the address. */
  readonly parameter: string;
  /** The refusal, with the reason as .NET words it. */
  notAcquired(url: string, error: string): Error;
}

/** Reads a document over https. Refuses with `bad-parameter`, or with what `notAcquired` makes. */
export async function downloadText(scope: CmdletScope, url: string, { parameter, notAcquired }: DocumentWanted): Promise<string> {
  const address = URL.parse(url);
  if (address?.protocol !== 'https:' || address.username !== '' || address.password !== '') {
    throw cmdletRefusal('bad-parameter', `-${parameter} takes an https address here, not ${JSON.stringify(url)}.`);
  }
  try {
    const { organization, trace } = scope;
    const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };
    const call = { url, method: 'GET', service: 'cmdlets', organization: organization.name, parent: trace };
    const { status, body } = await scope.dialer.https({ ...call, ...limits });
    if (status === 200) return body.toString('utf8');
    throw notAcquired(url, statusText(status));
  } catch (error) {
    const words = dialText(error, url);
    throw words === undefined ? error : notAcquired(url, words);
  }
}

/** A status that is no success, as .NET tells it. */
export function statusText(status: number): string {
  const reason = reasons[status];
  return `The remote server returned an error: (${status})${reason === undefined ? '' : ` ${reason}`}.`;
}

/** A status that is no success, as .NET's SOAP clients tell it. */
export function requestFailedText(status: number): string {
  const reason = reasons[status];
  return `The request failed with HTTP status ${status}${reason === undefined ? '' : `: ${reason}`}.`;
}

/** A refusal of the dialer, as .NET tells it; undefined for any other error. */
export function dialText(error: unknown, url: string): string | undefined {
  if (!(error instanceof Refusal)) return undefined;
  return dialMessage(error, new URL(url).hostname) ?? otherTexts[error.code];
}

/** Ours. */
const otherTexts: Readonly<Record<string, string>> = {
  AnswerTooLarge: 'The document is longer than 1 MiB.',
  AnswerMalformed: 'The answer is not HTTP.',
} satisfies Partial<Record<DialRefusal, string>>;

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Server Unavailable',
  504: 'Gateway Timeout',
};
