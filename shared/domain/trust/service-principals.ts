import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';

/** A certificate by which an application signs in. */
export interface KeyCredential {
  readonly keyId: Guid;
  /** SHA-1 of the certificate, base64url without padding. */
  readonly x5t: string;
  /** SHA-256 of the certificate, base64url without padding. */
  readonly x5tS256: string;
  /** DER, base64. */
  readonly certificate: string;
  readonly startDate: Instant;
  readonly endDate: Instant;
}

/** A secret by which an application signs in; the secret itself is not kept. */
export interface PasswordCredential {
  readonly keyId: Guid;
  /** SHA-256 of the secret's UTF-8 octets, hexadecimal. */
  readonly secretHash: string;
  readonly startDate: Instant;
  readonly endDate: Instant;
}

/** An application in a tenant: its registration and its service principal in one, for every application here is at home in one tenant. */
export interface ServicePrincipal {
  readonly appId: Guid;
  readonly objectId: Guid;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** Names under which tokens for it may be asked: its id, and `https://host/` for each of its hosts, in lower case. */
  readonly servicePrincipalNames: readonly string[];
  readonly keyCredentials: readonly KeyCredential[];
  readonly passwordCredentials: readonly PasswordCredential[];
  /** A public client has no credentials. */
  readonly isPublicClient: boolean;
  readonly redirectUris: readonly string[];
  /** What it offers as a resource: application roles and delegated permissions. */
  readonly appRoles: readonly string[];
  readonly scopes: readonly string[];
  /** What it has been granted on resources, consent included. */
  readonly appRoleAssignments: readonly { readonly resource: Guid; readonly role: string }[];
  readonly permissionGrants: readonly { readonly resource: Guid; readonly scopes: readonly string[] }[];
}

/** In a cloud organisation, by application id. */
export const servicePrincipals = configKind<ServicePrincipal>('ServicePrincipal');

/** Adds a certificate, in place of the same one that is there already. */
export function withKeyCredential(principal: ServicePrincipal, credential: KeyCredential): ServicePrincipal {
  const others = principal.keyCredentials.filter(({ keyId }) => keyId !== credential.keyId);
  return { ...principal, keyCredentials: [...others, credential] };
}

/** Adds a secret, in place of the same one that is there already. */
export function withPasswordCredential(principal: ServicePrincipal, credential: PasswordCredential): ServicePrincipal {
  const others = principal.passwordCredentials.filter(({ keyId }) => keyId !== credential.keyId);
  return { ...principal, passwordCredentials: [...others, credential] };
}

/** Without the credentials of these ids. */
export function withoutCredentials(principal: ServicePrincipal, keyIds: readonly Guid[]): ServicePrincipal {
  const stays = ({ keyId }: { readonly keyId: Guid }): boolean => !keyIds.includes(keyId);
  return {
    ...principal,
    keyCredentials: principal.keyCredentials.filter(stays),
    passwordCredentials: principal.passwordCredentials.filter(stays),
  };
}
