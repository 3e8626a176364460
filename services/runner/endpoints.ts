import type { ProductName } from '../../shared/domain/world/vocabulary.ts';

/** The members of `endpoints.json` by which stories reach a lab. */
export interface EndpointsDocument {
  readonly adminUrl: string;
  readonly adminToken: string | null;
  readonly caFile: string;
  readonly proxyUrl: string | null;
  readonly http: string | null;
  readonly organizations: Readonly<Record<string, OrganizationEndpoints>>;
  /** Virtual host -> `address:port`. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly users: readonly UserEndpoint[];
}

interface OrganizationEndpoints {
  readonly kind: 'on-premises' | 'cloud';
  readonly product: ProductName;
  readonly domains: readonly string[];
  readonly servers?: readonly string[];
  readonly tenantId?: string;
  readonly authority?: string | null;
  readonly clients?: readonly { readonly name: string; readonly clientId: string; readonly clientSecret?: string }[];
  readonly ews: string | null;
  readonly autodiscover: string | null;
  readonly mrsProxy: string | null;
  readonly smtp: string | null;
  readonly clientSmtp: string | null;
  readonly submission: string | null;
}

interface UserEndpoint {
  readonly mail: string;
  readonly userName: string;
  readonly password: string;
  readonly organization: string;
}
