import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { identityKey, type Settings } from '../../../shared/domain/organization/settings.ts';
import type { ServicePrincipal } from '../../../shared/domain/trust/service-principals.ts';
import type { SigningKey } from '../../../shared/domain/trust/signing-keys.ts';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { thumbprints } from '../../../shared/protocols/oauth/jwt.ts';
import { contosoCloud } from '../../support/organizations.ts';
import { testKey } from '../../support/test-keys.ts';

export const at = Date.parse('2026-11-20T12:00:00.700Z');
export const tenant: Organization & { readonly tenantId: Guid } = { ...contosoCloud, tenantId: namedGuid('tenant') };

export async function signingKey(number = 1): Promise<SigningKey> {
  const times = { notBefore: at - 86_400_000, notAfter: at + 86_400_000 };
  const issued = await issueSelfSigned({ subject: `CN=signer ${number}`, ...times, privateKey: await testKey(number) });
  const { certificate, privateKey } = issued;
  return { x5t: thumbprints(certificate).x5t, certificate, privateKey, state: 'active', since: at };
}

export function principal(more: Partial<ServicePrincipal> = {}): ServicePrincipal {
  const appId = more.appId ?? exchangeAppId;
  return {
    appId,
    objectId: namedGuid('object', appId),
    displayName: 'Exchange',
    accountEnabled: true,
    servicePrincipalNames: [appId, 'https://outlook.office365.test/'],
    keyCredentials: [],
    passwordCredentials: [],
    isPublicClient: false,
    redirectUris: [],
    appRoles: [],
    scopes: [],
    appRoleAssignments: [],
    permissionGrants: [],
    ...more,
  };
}

export function user(more: Partial<Recipient> = {}): Recipient {
  return {
    guid: namedGuid('joe'),
    organization: tenant.name,
    type: 'UserMailbox',
    alias: 'joe',
    displayName: 'Joe Young',
    primaryAddress: 'joe@contoso.test',
    addresses: ['SMTP:joe@contoso.test'],
    targetAddress: null,
    userPrincipalName: 'joe@contoso.test',
    samAccountName: 'joe',
    ntHash: null,
    enabled: true,
    mfa: false,
    sid: 'S-1-5-21-1-2-3-1001',
    netId: '1003000000000001',
    legacyDn: '/o=x/cn=joe',
    exchangeGuid: null,
    archiveGuid: null,
    details: { givenName: 'Joe', surname: 'Young' },
    members: [],
    access: [],
    settings: {},
    ...more,
  };
}

/** Settings that hold service principals and nothing else. */
export function settingsOf(principals: readonly ServicePrincipal[]): Settings {
  const objects = principals.map((value) => ({
    organization: tenant.name,
    kind: 'ServicePrincipal',
    identity: identityKey(value.appId),
    name: value.appId,
    value,
    version: 1,
  }));
  return {
    get: (kind, identity) => objects.find((one) => one.kind === kind && one.identity === identityKey(identity)),
    list: (kind) => objects.filter((one) => one.kind === kind),
  };
}
