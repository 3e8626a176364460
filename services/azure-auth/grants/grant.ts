import type { ClientAuthentication, IssuingGround } from '../../../shared/bridges/authority/issue.ts';
import type { Judgement } from '../../../shared/bridges/authority/judgement.ts';
import type { EndpointVersion, Tenant } from '../../../shared/bridges/authority/urls.ts';
import type { Organizations } from '../../../shared/domain/organization/registry.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { ServicePrincipal } from '../../../shared/domain/trust/service-principals.ts';
import type { EntraErrorCode } from '../../../shared/protocols/oauth/entra-errors.ts';
import type { HttpVisit } from '../../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from '../context.ts';

/** A request to a token endpoint, read. */
export interface TokenRequest {
  readonly context: AzureAuthContext;
  readonly visit: Pick<HttpVisit, 'instant' | 'authority' | 'exchange'>;
  readonly organizations: Organizations;
  readonly version: EndpointVersion;
  /** Parameters that have a value. */
  readonly form: ReadonlyMap<string, string>;
  readonly judgement: Judgement;
}

/** A token request whose client has proved itself. */
export interface GrantCall extends TokenRequest {
  readonly tenant: Tenant;
  readonly settings: Settings;
  readonly client: ServicePrincipal;
  readonly authentication: ClientAuthentication;
  readonly ground: IssuingGround;
}

/** The answer's members, in the order in which they are sent; `expires_in` and times in seconds, as numbers. */
export type TokenBody = Readonly<Record<string, string | number>>;

/** A way to a token: what it is called, what it cannot do without, and what it does. */
export interface Grant {
  /** For the journal. */
  readonly name: string;
  readonly required: readonly string[];
  /** What a client is told that should have proved itself and did not; 7000218 where this is absent. */
  readonly unproved?: EntraErrorCode;
  /** At `common` and `organizations`: the tenant that the parameters tell of. Absent: none can. */
  readonly tenantOf?: (request: TokenRequest) => Promise<Tenant | undefined>;
  /** Throws a refusal with an AADSTS number. */
  readonly answer: (call: GrantCall) => Promise<TokenBody>;
}
