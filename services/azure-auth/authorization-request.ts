import type { EndpointVersion, Tenant, TenantSegment } from '../../shared/bridges/authority/urls.ts';
import type { ServicePrincipal } from '../../shared/domain/trust/service-principals.ts';
import type { AuthorizedGrant } from './pending.ts';

/** A request to sign a user in that has been found in order. */
export interface AuthorizationRequest extends ReplyTarget {
  readonly version: EndpointVersion;
  /** What the path named; `common` lets any tenant's users in. */
  readonly segment: TenantSegment;
  /** The tenant in which the client was found. */
  readonly home: Tenant;
  readonly responseTypes: ReadonlySet<ResponseType>;
  readonly scope: string;
  readonly resource: string | undefined;
  readonly challenge: AuthorizedGrant['challenge'];
  readonly nonce: string | undefined;
  readonly prompt: Prompt | undefined;
  readonly loginHint: string | undefined;
  /** A sign-in that is longer ago does not count. */
  readonly maxAgeSeconds: number | undefined;
  readonly wantsClientInfo: boolean;
}

/** Who asks, and where an answer to them may be sent: all that must be known before an error may leave this service. */
export interface ReplyTarget {
  readonly client: ServicePrincipal;
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** How the answer is carried to the client. */
export type ResponseMode = 'query' | 'fragment' | 'form_post';

export type ResponseType = 'code' | 'id_token';

/** `consent` and `create` show the sign-in page like `login`: nobody here has to consent or to make an account. */
export type Prompt = 'none' | 'login' | 'select_account' | 'consent' | 'create';
