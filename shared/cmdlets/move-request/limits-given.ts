import { readLimit } from '../../domain/migration/csv-columns.ts';
import { largeDataLoss } from '../../domain/migration/item-limits.ts';
import { eraOf } from '../../domain/organization/eras.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';

/** Whether the data consistency score stands in the place of the limits. */
export function isScored({ era }: Pick<Organization, 'era'>): boolean {
  return era !== undefined && eraOf(era).skippedItems === 'score';
}

/** Limits as written; null is without limit, absent what was not written. */
export interface LimitsGiven {
  readonly badItemLimit?: number | null;
  readonly largeItemLimit?: number | null;
}

/** BadItemLimit and LargeItemLimit, which a tenant of today does not have. Refuses with `bad-parameter`. */
export function limitsGiven(organization: Pick<Organization, 'era'>, given: CmdletParameters): LimitsGiven {
  const limits: { badItemLimit?: number | null; largeItemLimit?: number | null } = {};
  for (const [name, key] of [['BadItemLimit', 'badItemLimit'] as const, ['LargeItemLimit', 'largeItemLimit'] as const]) {
    const text = textGiven(given, name);
    if (text === undefined) continue;
    if (isScored(organization)) {
      const unknown = `A parameter cannot be found that matches parameter name '${name}'.`;
      throw cmdletRefusal('bad-parameter', `${unknown} Exchange Online goes by the data consistency score in the era ${organization.era}.`);
    }
    const limit = readLimit(text);
    if (limit === undefined || limit === 'invalid')
      throw cmdletRefusal('bad-parameter', `-${name} takes a number from 0 or Unlimited, not ${JSON.stringify(text.slice(0, 64))}.`);
    limits[key] = limit;
  }
  return limits;
}

/** Many items may be left out only by somebody who says that he knows (page of New-MoveRequest). The sentence is ours. */
export function requireLossAccepted({ badItemLimit = 0, largeItemLimit = 0 }: LimitsGiven, accepted: boolean): void {
  for (const [name, limit] of [['BadItemLimit', badItemLimit] as const, ['LargeItemLimit', largeItemLimit] as const]) {
    if (accepted || (limit !== null && limit < largeDataLoss)) continue;
    throw cmdletRefusal('bad-parameter', `With -${name} at ${largeDataLoss} or more much may be lost: write -AcceptLargeDataLoss too.`);
  }
}
