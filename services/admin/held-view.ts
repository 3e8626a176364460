import { editableOf } from '../../shared/faults/breakpoints.ts';
import type { HeldHop, HoldEvent } from '../../shared/faults/holds.ts';
import { decryptedToken } from '../../shared/journal/decoded-tokens.ts';
import type { Journal } from '../../shared/journal/journal.ts';
import { redactMessage } from '../../shared/journal/redact.ts';
import { redactTokens } from '../../shared/journal/secrets.ts';
import { patienceOf } from './client-patience.ts';

/** A held hop as the control port tells it, free of secrets. */
export async function heldView(held: HeldHop, journal: Pick<Journal, 'outline'>): Promise<object> {
  const { id, breakpoint, seam, facts, hop, sinceMs, untilMs } = held;
  const { traceId = null } = facts;
  return {
    ...{ id, breakpoint, seam, traceId, spanId: hop.spanId, target: redactTokens(hop.target) },
    ...{ service: facts.service ?? null, organization: facts.organization ?? null, operation: facts.operation ?? null },
    ...{ host: facts.host ?? null, user: facts.user ?? null },
    headers: hop.headers === undefined ? null : redactMessage(Object.entries(hop.headers).flat(), undefined).headers,
    claims: hop.claims === undefined ? null : shown(hop.claims),
    text: hop.text === undefined ? null : shownText(hop, seam),
    editable: editableOf(held),
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    client: await clientOf(held, journal),
  };
}

/** Who began the trace, and until when he will wait as far as anybody knows: what is over is told as it is. */
async function clientOf({ facts: { traceId }, clientGone }: HeldHop, journal: Pick<Journal, 'outline'>): Promise<object> {
  const root = traceId === undefined ? undefined : (await journal.outline(traceId))?.roots[0]?.exchange;
  const userAgent = root?.web?.userAgent ?? null;
  const patience = root === undefined || root.direction === 'outgoing' ? undefined : patienceOf(userAgent);
  const givesUpMs = patience?.waitsMs == null || root === undefined ? null : root.startedMs + patience.waitsMs;
  return {
    userAgent,
    known: patience?.client ?? null,
    // `waits`: until a moment, for ever, or nobody knows.
    waits: patience === undefined ? 'unknown' : givesUpMs === null ? 'for ever' : 'until',
    givesUp: givesUpMs === null ? null : new Date(givesUpMs).toISOString(),
    leftMs: givesUpMs === null ? null : Math.round(givesUpMs - performance.timeOrigin - performance.now()),
    source: patience?.source ?? null,
    gone: clientGone,
  };
}

/** What became of a held hop, with what was changed. */
export async function holdEventView(told: HoldEvent, journal: Pick<Journal, 'outline'>): Promise<object> {
  const view = await heldView(told.held, journal);
  if (told.event !== 'released') return view;
  const { headers, claims, text, reply } = told.edit ?? {};
  const edit = {
    ...(headers === undefined
      ? {}
      : { headers: { set: redactMessage(Object.entries(headers.set).flat(), undefined).headers, remove: headers.remove } }),
    ...(claims === undefined ? {} : { claims: { set: shown(claims.set), remove: claims.remove } }),
    ...(text === undefined ? {} : { text: { find: redactTokens(text.find), replace: redactTokens(text.replace) } }),
    ...(reply === undefined ? {} : { reply }),
  };
  return { ...view, how: told.how, edit: told.edit === undefined ? null : edit };
}

/** A text without its secrets; null where it cannot be said that there is none in it. */
function shownText({ text = '', headers = {} }: Pick<HeldHop['hop'], 'text' | 'headers'>, seam: HeldHop['seam']): string | null {
  if (seam !== 'token.claims') return redactMessage(Object.entries(headers).flat(), text).body;
  const told = decryptedToken(text);
  return 'assertion' in told ? told.assertion : null;
}

/** Claims without the tokens that some of them hold. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return redactTokens(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
}
