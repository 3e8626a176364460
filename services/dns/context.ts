import type { Zones } from '../../shared/domain/organization/dns-zones.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { ExchangeRecorder } from '../../shared/kernel/exchange.ts';
import type { Seams } from '../../shared/kernel/seams.ts';

/** Everything that the DNS service needs from outside; the composition root fills it in. */
export interface DnsParts {
  readonly recorder: ExchangeRecorder;
  readonly clock: Clock;
  readonly seams: Seams;
  /** As they are now: whoever asks the server itself sees every change at once. */
  readonly zones: () => Promise<Zones>;
}

/** How a message came. */
export interface DnsArrival {
  readonly transport: 'udp' | 'tcp';
  /** `ip:port`. */
  readonly peer: string;
}
