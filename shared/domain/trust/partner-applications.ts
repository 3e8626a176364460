import { configKind } from '../organization/config-kind.ts';
import type { TrustedKey } from './auth-servers.ts';

/** An application that may call with a server-to-server token, as `Get-PartnerApplication` shows it. */
export interface PartnerApplication {
  readonly Name: string;
  readonly ApplicationIdentifier: string;
  readonly Realm: string;
  /** Its tokens come from an auth server; otherwise it signs them itself and `keys` are its own. */
  readonly UseAuthServer: boolean;
  readonly AcceptSecurityIdentifierInformation: boolean;
  readonly AuthMetadataUrl: string;
  /** Primary address or alias of the account whose rights the application has on its own; '' : none. */
  readonly LinkedAccount: string;
  readonly Enabled: boolean;
  readonly keys: readonly TrustedKey[];
}

/** By name. */
export const partnerApplications = configKind<PartnerApplication>('PartnerApplication');
