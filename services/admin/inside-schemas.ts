import { z } from 'zod';
import { parseInstant } from '../../shared/kernel/duration.ts';
import { type ServerLogName, serverLogs } from '../../shared/service/server-log.ts';

const whole = (least: number, most: number): z.ZodType<number> => z.coerce.number().int().min(least).max(most);
const text = z.string().max(256);

export const mailboxesQuery = z.strictObject({
  text: text.optional(),
  offset: whole(0, 1_000_000).default(0),
  limit: whole(1, 1_000).default(200),
});
export const itemsQuery = z.strictObject({
  folder: whole(0, Number.MAX_SAFE_INTEGER),
  offset: whole(0, 10_000_000).default(0),
  limit: whole(1, 200).default(100),
});
export const calendarQuery = z.strictObject({
  from: z
    .string()
    .max(64)
    .transform((told, context) => {
      const at = parseInstant(told);
      if (at !== undefined) return at;
      context.addIssue({ code: 'custom', message: 'is not a time such as 2026-11-02T08:00:00Z' });
      return z.NEVER;
    })
    .optional(),
  days: whole(1, 62).default(7),
});
/** `1234`, or `1234.eml`. */
export const itemName = z
  .string()
  .regex(/^\d{1,15}(\.eml)?$/, 'is not the number of an item')
  .transform((told) => ({ id: Number.parseInt(told, 10), isMime: told.endsWith('.eml') }));
export const logKind = z.enum(Object.keys(serverLogs) as [ServerLogName, ...ServerLogName[]]);
export const logQuery = z.strictObject({ org: text, contains: text.optional(), limit: whole(1, 10_000).default(500) });
