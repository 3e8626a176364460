import { hash } from 'node:crypto';
import type { Instant } from '../../../kernel/clock.ts';

/** Tokens that were accepted, by their SHA-256, as long as they live. */
export interface TokenMemory {
  /** False when the token is known already. `until`: end of its life. */
  remember(token: string, until: Instant, at: Instant): boolean;
}

const usualLimit = 20_000;

/** A memory for at most `limit` tokens: when it is full, those go whose life is over, then the oldest. */
export function createTokenMemory(limit = usualLimit): TokenMemory {
  const lives = new Map<string, Instant>();
  return {
    remember(token, until, at) {
      const key = hash('sha256', token, 'base64');
      if ((lives.get(key) ?? Number.NEGATIVE_INFINITY) >= at) return false;
      if (lives.size >= limit) {
        for (const [known, end] of lives) if (end < at) lives.delete(known);
        const [oldest] = lives.keys();
        if (lives.size >= limit && oldest !== undefined) lives.delete(oldest);
      }
      lives.set(key, until);
      return true;
    },
  };
}
