import type { OpenExchange } from '../kernel/exchange.ts';
import { edited, type HopEdit, heldText, type SeamFacts, type Seams, withReplacement } from '../kernel/seams.ts';
import { InjectedRefusal } from './dial-way.ts';

/** A call that is about to be made, as somebody who holds it sees it. */
export interface DialedHop {
  readonly exchange: OpenExchange;
  readonly target: string;
  readonly host: string;
  readonly service: string;
  readonly organization?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/**
 * Waits where somebody holds calls at the seam `dial`; answers what he has changed. Refuses where he ends the call, and when `signal` aborts: its
 * caller waits no longer.
 */
export async function holdDial(
  { seams }: { readonly seams: Seams },
  { exchange, target, headers, body, ...of }: DialedHop,
  signal?: AbortSignal,
): Promise<HopEdit | undefined> {
  const facts: SeamFacts = { ...of, traceId: exchange.traceId };
  const release = await seams.hold?.('dial', facts, () => ({
    ...shownHeaders(headers, body),
    ...{ spanId: exchange.spanId, target, gone: signal },
  }));
  if (release === undefined) return undefined;
  const { breakpoint } = release;
  if (release.how !== 'continue') {
    if (release.how === 'abort') exchange.faulted(breakpoint, release.how);
    throw new InjectedRefusal('ConnectionReset', { detail: `ended while it was held at ${breakpoint}`, values: { Host: of.host } });
  }
  if (release.edit !== undefined) exchange.faulted(breakpoint, 'edit');
  return release.edit;
}

function shownHeaders(headers: DialedHop['headers'], body: DialedHop['body']) {
  const names = headers === undefined ? undefined : lowered(headers);
  return { headers: names, text: heldText(body, names?.['content-type']) };
}

/** The header fields of a call after an edit; the caller's own spelling of a name gives way. */
function editedHeaders(headers: Readonly<Record<string, string>>, edit: HopEdit | undefined): Readonly<Record<string, string>> {
  if (edit?.headers === undefined) return headers;
  return edited(lowered(headers), edit.headers);
}

/** A call after an edit. */
export function editedCall<Call extends Pick<DialedHop, 'headers' | 'body'>>(call: Call, edit: HopEdit): Call {
  const { headers = {}, body } = call;
  const text = edit.text === undefined ? undefined : heldText(body, lowered(headers)['content-type']);
  const changed = text === undefined ? {} : { body: withReplacement(text, edit.text) };
  return { ...call, headers: editedHeaders(headers, edit), ...changed };
}

/** Names in lower case. */
function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
