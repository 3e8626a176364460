import type { TraceNode } from '../../shared/journal/trace-tree.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { messages, types } from '../../shared/protocols/ews/namespaces.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import type { HopPattern } from '../../shared/scenario/steps.ts';
import type { Act, Step } from '../../shared/scenario/story.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { elements, text, type XmlElement } from '../../shared/xml/element.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import { writeXml } from '../../shared/xml/write.ts';
import type { SeenExchange } from './control.ts';

/** A trace as the control port tells it. */
export interface RecordedTrace {
  readonly roots: readonly RecordedNode[];
}
interface RecordedNode {
  readonly exchange: SeenExchange & Pick<TraceNode['exchange'], 'request'>;
  readonly children: readonly RecordedNode[];
}

/** What of a session can be told again. */
export interface Recording {
  readonly acts: readonly Pick<Act, 'when' | 'expected'>[];
  /** A line of each request that no word of a scenario asks, and why. */
  readonly leftOut: readonly string[];
}

/** Of a scenario file. */
const mostActs = 51;
const mostHops = 100;
/** What carries requests, or asks for names on their way, is asked by whoever asks again. */
const onTheWay = new Set(['proxy', 'dns', 'frontend', 'admin', 'scenario']);

/**
 * What clients have asked, in the words of a scenario, and what came of it: all that ended well since the last thing that did not stands
 * in one act with it. Passwords are not kept by the journal, so whoever could sign in does it with that of the world.
 */
export function recordingOf(traces: readonly RecordedTrace[], { users }: Pick<EndpointsDocument, 'users'>): Recording {
  const roots = traces.flatMap(({ roots }) => roots).toSorted((one, other) => one.exchange.startedMs - other.exchange.startedMs);
  const acts: { when: Step[]; hops: HopPattern[]; ended: boolean; last: SeenExchange }[] = [];
  const leftOut: string[] = [];
  for (const root of roots) {
    const { exchange } = root;
    if (onTheWay.has(exchange.service) || exchange.direction !== 'incoming' || isChallenge(exchange) || isSignIn(exchange, users)) continue;
    const step = stepOf(exchange, users);
    if (typeof step === 'string') {
      leftOut.push(`${exchange.service} ${exchange.operation ?? exchange.target}: ${step}`);
      continue;
    }
    const hops = hopsOf(root);
    const open = acts.at(-1);
    const ended = !isGood(exchange);
    if (open === undefined || open.ended || open.hops.length + hops.length > mostHops)
      acts.push({ when: [step], hops, ended, last: exchange });
    else acts.splice(-1, 1, { when: [...open.when, step], hops: [...open.hops, ...hops], ended, last: exchange });
  }
  for (const { last } of acts.slice(mostActs)) leftOut.push(`${last.service} ${last.operation}: a scenario has ${mostActs} acts at most`);
  return {
    acts: acts.slice(0, mostActs).map(({ when, hops, ended, last }) => {
      const { status, code } = last;
      const answer = status === 200 && code !== null ? { code } : { status: status ?? 0 };
      return { when, expected: [{ only: null, line: 0, of: { ...(ended ? { answer } : {}), hops: hops.slice(0, mostHops) } }] };
    }),
    leftOut,
  };
}

function isGood({ outcome, status, code }: SeenExchange): boolean {
  return outcome === 'answered' && status === 200 && (code === null || code === 'NoError');
}

/** A 401 that nothing was wrong with asks for the scheme; the client has come again. */
function isChallenge({ status, verdict }: SeenExchange): boolean {
  return status === 401 && !(verdict?.checks ?? []).some(({ check, outcome }) => outcome === 'failed' && check !== 'token.header');
}

/** The client of a scenario gets the token of a user itself. */
function isSignIn({ service, caller, outcome }: SeenExchange, users: EndpointsDocument['users']): boolean {
  return service === 'azure-auth' && outcome === 'answered' && userOf(caller, users) !== undefined;
}

function userOf(caller: string | null, users: EndpointsDocument['users']): EndpointsDocument['users'][number] | undefined {
  const name = caller?.toLowerCase();
  return users.find(({ mail, userName }) => mail.toLowerCase() === name || userName.toLowerCase() === name);
}

/** The step that asks this, or why there is none. */
function stepOf(exchange: RecordedNode['exchange'], users: EndpointsDocument['users']): Step | string {
  const { service, caller, organization, web, verdict, request } = exchange;
  const user = userOf(caller, users);
  if (service !== 'ews' && service !== 'autodiscover') return 'no word of a scenario asks this with what the journal keeps of it';
  if (user === undefined) return `${caller ?? 'nobody'} is nobody of the world`;
  const read = readEnvelope(request?.body ?? null, service);
  if (typeof read === 'string') return read;
  const failed = (verdict?.checks ?? []).some(({ check, outcome }) => check === 'account.password' && outcome === 'failed');
  const password = failed ? { password: 'wrong' } : {};
  if (service === 'autodiscover') {
    const host = exchange.host.replace(/:\d+$/, '');
    const by = read.soap ? { by: 'soap' as const, ...(/^[a-z]/i.test(host) && host !== 'localhost' ? { host } : {}) } : {};
    return {
      word: 'autodiscover',
      line: 0,
      of: { as: user.mail, ...(read.mail === undefined ? {} : { mail: read.mail }), ...password, ...by },
    };
  }
  const by = { Basic: 'basic', NTLM: 'ntlm', Negotiate: 'ntlm', Bearer: 'oauth' } as const;
  const scheme = by[(web?.scheme ?? '') as keyof typeof by];
  if (scheme === undefined) return `${web?.scheme ?? 'no credentials'} is no way in which a scenario signs in`;
  const { impersonating } = read;
  return {
    word: 'ews',
    line: 0,
    of: {
      ...{ as: user.mail, at: organization ?? user.organization, by: scheme, ...password },
      ...(impersonating === undefined ? {} : { impersonating }),
      request: read.request,
    },
  };
}

interface Read {
  readonly soap: boolean;
  readonly request: string;
  readonly mail: string | undefined;
  readonly impersonating: string | undefined;
}

/** The request inside a body that the journal has whole; else why not. */
function readEnvelope(body: string | null, service: string): Read | string {
  if (body === null) return 'its body is not kept';
  try {
    const root = parseXml(Buffer.from(body));
    const isPox = service === 'autodiscover' && root.name === 'Autodiscover';
    const envelope = isPox ? { header: [], body: root } : openEnvelope(root);
    return {
      ...{ soap: !isPox, request: requestText(envelope.body) },
      mail: first(envelope.body, isPox ? 'EMailAddress' : 'Mailbox'),
      impersonating: envelope.header.map((part) => first(part, 'ConnectingSID')).find((one) => one !== undefined),
    };
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof Refusal) return `its body cannot be read (${error.message})`;
    throw error;
  }
}

/** As people write it in a scenario, where `m` and `t` are declared. */
function requestText(body: XmlElement): string {
  const text = writeXml(body, { prefixes: { [messages]: 'm', [types]: 't' } });
  return text.replaceAll(` xmlns:m="${messages}"`, '').replaceAll(` xmlns:t="${types}"`, '');
}

/** The text of the first element of that name, or of what stands in it. */
function first(of: XmlElement, name: string): string | undefined {
  if (of.name === name) return text(of).trim() || elements(of).map((part) => text(part).trim())[0];
  for (const part of elements(of)) {
    const found = first(part, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What was answered on the way, each below the one that caused it. */
function hopsOf({ exchange, children }: RecordedNode): HopPattern[] {
  const { direction, service, organization, operation, status, code } = exchange;
  const isHop = direction === 'incoming' && !onTheWay.has(service);
  const hop = {
    ...(organization === null ? {} : { org: organization }),
    svc: service,
    ...(operation === null ? {} : { op: operation }),
    ...(status === null ? {} : { status }),
    ...(code === null ? {} : { code }),
  };
  return [...(isHop ? [hop] : []), ...children.flatMap(hopsOf)];
}
