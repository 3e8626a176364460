import type { z } from 'zod';
import type { Random } from '../../kernel/random.ts';
import type { Effect, Seam, SeamFacts } from '../../kernel/seams.ts';

/** A kind of fault: what can be set, where it makes sense, and what it then does. */
export interface FaultKind<Name extends Effect['kind'], Parameters extends z.ZodObject> {
  readonly kind: Name;
  readonly title: string;
  readonly parameters: Parameters;
  /** The seams at which it can act; the first is taken when a rule names none. */
  readonly seams: readonly [Seam, ...Seam[]];
  /** Pure: the same facts, parameters and chance give the same effect. */
  decide(facts: SeamFacts, parameters: z.output<Parameters>, random: Random): Effect & { readonly kind: Name };
}
