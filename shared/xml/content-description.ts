import type { SimpleType } from './simple-types.ts';

/** Enough to write an XSD. `name` present: a named type of the schema; absent: anonymous. */
export type ContentDescription =
  | { readonly kind: 'simple'; readonly type: SimpleType<unknown> }
  | {
      readonly kind: 'complex';
      readonly name?: string;
      readonly particles: readonly ParticleDescription[];
      readonly attributes: readonly { readonly name: string; readonly type: SimpleType<unknown>; readonly required: boolean }[];
      /** Text content beside attributes. */
      readonly text?: SimpleType<unknown>;
      /** It may have attributes of the namespace `xml`. */
      readonly xmlAttributes?: true;
    }
  | { readonly kind: 'reference'; readonly name: string; readonly to: () => ContentDescription }
  | { readonly kind: 'any' };

export interface ParticleDescription {
  readonly key: string;
  readonly minimum: 0 | 1;
  readonly repeats: boolean;
  /** Key of an earlier optional particle without which this one may not appear; `minimum` counts only beside it. */
  readonly needs?: string;
  /** One alternative: an element; several: a choice. */
  readonly alternatives: readonly { readonly namespace: string; readonly name: string; readonly content: () => ContentDescription }[];
}
