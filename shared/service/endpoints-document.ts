import type { ProductName } from '../domain/world/vocabulary.ts';

/** `endpoints.json`: what a harness in any language needs to use the lab. Null or empty is what has no running service. */
export interface EndpointsDocument {
  readonly version: string;
  readonly pid: number;
  /** ISO 8601, UTC, world time. */
  readonly startedAt: string;
  readonly adminUrl: string;
  readonly adminToken: string | null;
  /** Absolute path of the CA's certificate, PEM. */
  readonly caFile: string;
  readonly proxyUrl: string | null;
  /** `address:port` of the plain-http gateway: port 80 of every virtual host. */
  readonly http: string | null;
  /** `address:port` of the name server, udp and tcp. */
  readonly dns: string | null;
  readonly organizations: Readonly<Record<string, OrganizationEndpoints>>;
  /** Virtual host -> `address:port` of the https listener that answers it. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly users: readonly UserEndpoint[];
}

export interface OrganizationEndpoints {
  readonly kind: 'on-premises' | 'cloud';
  readonly product: ProductName;
  readonly domains: readonly string[];
  /** Computer names, where the world names them. */
  readonly servers?: readonly string[];
  /** Tenants only, as are `authority` and `clients`. */
  readonly tenantId?: string;
  /** The tenant's address at the authentication service: `https://localhost:4445/<tenantId>`. */
  readonly authority?: string | null;
  readonly clients?: readonly ClientRegistration[];
  readonly ews: string | null;
  readonly autodiscover: string | null;
  readonly mrsProxy: string | null;
  /** `address:port` of port 25, where other servers bring mail. */
  readonly smtp: string | null;
  /** Where programs submit mail by its receive connectors; null in the cloud. */
  readonly clientSmtp: string | null;
  /** `address:port`, the same for all: the user name tells whose it is. */
  readonly submission: string | null;
}

/** An application registered in a tenant. */
export interface ClientRegistration {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris?: readonly string[];
}

export interface UserEndpoint {
  readonly mail: string;
  /** `CONTOSO\mary` on-premises, the user principal name in the cloud. */
  readonly userName: string;
  readonly password: string;
  readonly organization: string;
}
