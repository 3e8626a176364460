import type { HostMap } from '../../shared/domain/organization/host-map.ts';
import type { HttpDoorOptions } from '../../shared/service/http-door.ts';

export interface ForwardProxyOptions extends HttpDoorOptions {
  /** The names of the world; asked for every request, because ports can change after the start. */
  readonly hosts: () => HostMap;
  readonly limits?: Partial<ProxyLimits>;
}

export interface ProxyLimits {
  /** Clients at a time; each may hold one tunnel. */
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
  /** A tunnel or forwarded request without an octet for this long is closed. */
  readonly idleTimeoutMs: number;
}
