import type { Clock } from '../kernel/clock.ts';
import type { NameAnswer } from '../kernel/resource-record.ts';

/** What machines remember of the names they have asked for. */
export interface NameCache {
  /**
   * From memory while the answer still holds, else asked again. `SERVFAIL` is not remembered.
   *
   * @param whose memory it is; each remembers what it has asked for itself
   */
  lookUp(name: string, type: string, whose?: string): Promise<NameAnswer>;
  /** Forgets one answer. */
  forget(name: string, type: string, whose?: string): void;
  /** Forgets everything (`Clear-DnsClientCache`). */
  clear(): void;
}

export interface NameCacheOptions {
  /** Asks whoever knows. */
  ask(question: { readonly name: string; readonly type: string }): Promise<NameAnswer>;
  readonly clock: Clock;
  /** Answers kept; default 1000. */
  readonly mostEntries?: number;
}

interface Entry {
  readonly answer: NameAnswer;
  readonly from: number;
  readonly until: number;
}

/**
 * A cache that keeps answers for as long as their records say, in world time: what has been changed since is seen when
 * that time is over, and not before. That a name or a type does not exist is kept too (RFC 2308).
 */
export function createNameCache({ ask, clock, mostEntries = 1_000 }: NameCacheOptions): NameCache {
  const entries = new Map<string, Entry>();
  return {
    async lookUp(name, type, whose = '') {
      const key = keyOf(name, type, whose);
      const now = clock.now();
      const known = entries.get(key);
      // A world whose clock was set back has not asked yet.
      if (known !== undefined && known.from <= now && now < known.until) return known.answer;
      const answer = await ask({ name, type });
      entries.delete(key);
      const until = now + holdsMs(answer);
      if (until > now) entries.set(key, { answer, from: now, until });
      for (const oldest of entries.keys()) {
        if (entries.size <= mostEntries) break;
        entries.delete(oldest);
      }
      return answer;
    },
    forget: (name, type, whose = '') => void entries.delete(keyOf(name, type, whose)),
    clear: () => entries.clear(),
  };
}

function keyOf(name: string, type: string, whose: string): string {
  return `${name.toLowerCase().replace(/\.$/, '')} ${type} ${whose}`;
}

/** An answer holds no longer than the first of its records. */
function holdsMs({ code, answers, authorities }: NameAnswer): number {
  if (code === 'SERVFAIL') return 0;
  const ttls = [...answers, ...authorities].map(({ ttlSeconds }) => ttlSeconds);
  return ttls.length === 0 ? 0 : Math.min(...ttls) * 1_000;
}
