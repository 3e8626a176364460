import type { HopPattern } from '../../shared/scenario/steps.ts';
import type { SeenExchange } from './control.ts';
import { equals, holds } from './pattern.ts';

/** Whether an exchange is such a one; what services answered, unless the pattern asks for the other direction. */
export function meets(exchange: SeenExchange, hop: HopPattern): boolean {
  const { org, svc, op, host, target, caller, status, code, outcome, direction = 'incoming' } = hop;
  return (
    exchange.direction === direction &&
    (org === undefined || exchange.organization === org) &&
    (svc === undefined || exchange.service === svc) &&
    (status === undefined || exchange.status === status) &&
    (outcome === undefined || exchange.outcome === outcome) &&
    (op === undefined || equals(exchange.operation ?? '', op)) &&
    [
      [host, exchange.host],
      [target, exchange.target],
      [caller, exchange.caller],
      [code, exchange.code],
    ].every(([pattern, value]) => pattern === undefined || pattern === null || holds(value ?? '', pattern))
  );
}

/** The first pattern that does not come after those before it; undefined when all do. */
export function missingHop(exchanges: readonly SeenExchange[], hops: readonly HopPattern[]): HopPattern | undefined {
  let from = 0;
  for (const hop of hops) {
    const found = exchanges.findIndex((exchange, index) => index >= from && meets(exchange, hop));
    if (found < 0) return hop;
    from = found + 1;
  }
  return undefined;
}

/** One line of an exchange, for people. */
export function hopLine({ direction, organization, service, operation, host, target, status, code, outcome }: SeenExchange): string {
  const who = organization === null ? service : `${organization}/${service}`;
  const what = direction === 'outgoing' ? `asks ${host} ${target}` : `answers ${operation ?? target}`;
  return [who, what, status, code, outcome].filter((part) => part !== null).join(' ');
}

/** `organization/service check` of every check that failed. An empty Bearer, which asks for the challenge, is refused in life too. */
export function failedChecks(exchanges: readonly SeenExchange[]): readonly string[] {
  const failed = exchanges.flatMap(({ organization, service, verdict }) =>
    (verdict?.checks ?? []).flatMap(({ check, outcome }) =>
      outcome === 'failed' && check !== 'token.header' ? [`${organization === null ? '' : `${organization}/`}${service} ${check}`] : [],
    ),
  );
  return [...new Set(failed)].toSorted();
}
