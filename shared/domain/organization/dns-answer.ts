import type { NameAnswer, ResourceRecord } from '../../kernel/resource-record.ts';
import type { Zones } from './dns-zones.ts';

/** How many aliases are followed. */
const mostAliases = 8;

/**
 * What the zones say to a question: records of the type, after the aliases that led to them (RFC 1034, 4.3.2), or the
 * zone's SOA when there are none. `type` may be one that no record has, or `ANY`. Letter case and a final dot do not count.
 */
export function answerQuestion(zones: Zones, question: { readonly name: string; readonly type: string }): NameAnswer {
  const aliases: ResourceRecord[] = [];
  let name = question.name.toLowerCase().replace(/\.$/, '');
  for (;;) {
    const here = zones.at(name);
    const found = here.filter(({ type }) => type === question.type || question.type === 'ANY');
    if (found.length > 0) return { code: 'NOERROR', answers: [...aliases, ...found], authorities: [] };
    const alias = here.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME') {
      // The root itself exists, and so does what lies above a record.
      const code = name === '' || zones.has(name) ? 'NOERROR' : 'NXDOMAIN';
      return { code, answers: aliases, authorities: [negative(zones.soa(name))] };
    }
    aliases.push(alias);
    if (aliases.length > mostAliases || aliases.some((before) => before.name === alias.target)) {
      return { code: 'SERVFAIL', answers: [], authorities: [] };
    }
    name = alias.target;
  }
}

/** Without an answer the SOA itself holds no longer than that there is none (RFC 2308, 3). */
function negative(soa: ReturnType<Zones['soa']>): ResourceRecord {
  return { ...soa, ttlSeconds: Math.min(soa.ttlSeconds, soa.minimumSeconds) };
}
