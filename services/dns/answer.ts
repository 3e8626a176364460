import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerQuestion } from '../../shared/domain/organization/dns-answer.ts';
import type { Zones } from '../../shared/domain/organization/dns-zones.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { ResourceRecord } from '../../shared/kernel/resource-record.ts';
import type { Effect } from '../../shared/kernel/seams.ts';
import { type DnsQuery, type DnsReply, readQuery, writeReply } from '../../shared/net/dns.ts';
import type { DnsArrival, DnsParts } from './context.ts';

/** Answers one message; undefined: there is no answer. Never throws. */
export async function answerMessage(parts: DnsParts, octets: Buffer, arrival: DnsArrival): Promise<Buffer | undefined> {
  const query = readQuery(octets);
  if (query === undefined) return undefined;
  const exchange = openExchange(parts, query, arrival);
  try {
    const injected = await passSeam(parts, query, exchange);
    if (injected === 'silence') {
      exchange.close('fault', parts.clock.now());
      return undefined;
    }
    const reply = injected ?? (await replyTo(parts, query));
    const message = writeReply(query, reply, arrival.transport);
    exchange.note({ code: reply.code });
    exchange.sent(shown(reply), undefined);
    const isAnswer = reply.code === 'NOERROR' || reply.code === 'NXDOMAIN';
    exchange.close(injected !== undefined ? 'fault' : isAnswer ? 'answered' : 'refused', parts.clock.now());
    return message;
  } catch (error) {
    exchange.note({ code: 'SERVFAIL' });
    exchange.close('defect', parts.clock.now(), error);
    return writeReply(query, { code: 'SERVFAIL' }, arrival.transport);
  }
}

async function replyTo({ zones }: DnsParts, { question, problem }: DnsQuery): Promise<DnsReply> {
  if (problem !== undefined) return { code: problem };
  return question === undefined ? { code: 'FORMERR' } : answerQuestion(await zones(), question);
}

function openExchange({ recorder, clock }: DnsParts, { question, problem }: DnsQuery, { transport, peer }: DnsArrival): OpenExchange {
  const exchange = recorder.open({
    service: 'dns',
    direction: 'incoming',
    protocol: 'dns',
    target: question === undefined ? (problem ?? '') : `${question.type} ${question.name}`,
    host: question?.name.toLowerCase() ?? '',
    peer,
    at: clock.now(),
  });
  if (question !== undefined) exchange.note({ operation: question.type });
  const asked = question === undefined ? [] : [`Question: ${question.name} ${question.class} ${question.type}`];
  exchange.received([...asked, `Transport: ${transport}`], undefined);
  return exchange;
}

/** What a fault rule makes of the exchange, if any. */
async function passSeam(
  { seams, zones }: DnsParts,
  { question }: DnsQuery,
  exchange: OpenExchange,
): Promise<DnsReply | 'silence' | undefined> {
  const host = question?.name.toLowerCase();
  const decision = seams.at('dns', { service: 'dns', operation: question?.type, host, traceId: exchange.traceId });
  if (decision === undefined) return undefined;
  const { effect, rule } = decision;
  exchange.faulted(rule, effect.kind);
  if (effect.kind === 'refuse') return { code: 'REFUSED' };
  if (effect.kind === 'reset') return 'silence';
  if (effect.kind === 'lookup' && question !== undefined) return otherwise(await zones(), question, effect);
  if (effect.kind !== 'latency') throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam dns`);
  // Nobody waits for it when the lab ends.
  await delay(effect.delayMs, undefined, { ref: false });
  return undefined;
}

/** What a name server says that has other records of a name. */
function otherwise(
  zones: Zones,
  { name, type }: NonNullable<DnsQuery['question']>,
  { code, leadsTo = '' }: Effect & { readonly kind: 'lookup' },
): DnsReply {
  if (code !== undefined) return { code };
  const owned = { name: name.toLowerCase(), ttlSeconds: otherwiseSeconds };
  const family = isIP(leadsTo);
  if (family === 0) {
    const target = answerQuestion(zones, { name: leadsTo, type });
    return { ...target, answers: [{ ...owned, type: 'CNAME', target: leadsTo }, ...target.answers] };
  }
  const own = family === 4 ? 'A' : 'AAAA';
  return { code: 'NOERROR', answers: type === own || type === 'ANY' ? [{ ...owned, type: own, address: leadsTo }] : [] };
}

/** Short, so that whoever has heard it asks again once the rule is gone. */
const otherwiseSeconds = 1;

function shown({ code, answers = [], authorities = [] }: DnsReply): readonly string[] {
  return [
    `Code: ${code}`,
    ...answers.map((record) => `Answer: ${line(record)}`),
    ...authorities.map((record) => `Authority: ${line(record)}`),
  ];
}

/** As a zone file has it, more or less. */
function line({ name, ttlSeconds, type, ...data }: ResourceRecord): string {
  return `${name}. ${ttlSeconds} IN ${type} ${Object.values(data).join(' ')}`;
}
