import { z } from 'zod';
import { eraNames, longestCmdletLine } from '../../shared/domain/world/vocabulary.ts';
import { word } from './schemas.ts';

/** What callers order as a world of their own. Loaded with the first order. */

const mostGiven = 100;

export const worldBody = z.strictObject({
  /** A world that ships, by its name, or what stands in a world file. A path would be one of the lab's machine. */
  world: z
    .union([z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not the name of a world'), z.record(z.string(), z.unknown())])
    .optional(),
  era: z.enum(eraNames).optional(),
  seed: word.optional(),
  clock: word.optional(),
  realNames: z.boolean().optional(),
  /** Fault rules are set first; then the cmdlet lines are run in their order. */
  given: z
    .strictObject({
      faults: z.array(z.record(z.string(), z.unknown())).max(mostGiven).optional(),
      cmdlets: z
        .array(z.strictObject({ organization: word, line: z.string().min(1).max(longestCmdletLine), as: word.optional() }))
        .max(mostGiven)
        .optional(),
    })
    .optional(),
});
