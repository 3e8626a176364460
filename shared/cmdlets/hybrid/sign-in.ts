import { authenticateBearer } from '../../bridges/access/bearer.ts';
import { findAccount } from '../../domain/identity/find-account.ts';
import { verifyPassword } from '../../domain/identity/nt-hash.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { exchangeAppId, shellAppId } from '../../domain/trust/well-known.ts';
import { type CmdletScope, cmdletRefusal, type PSCredential } from '../cmdlet.ts';
import { dialText } from '../download.ts';
import { type Permission, permissionOf } from '../roles/permission.ts';

/** What an administrator shows at the tenant: name and password, or an access token that he has already. */
export type TenantCredential = PSCredential | { readonly accessToken: string };

/**
 * Who an on-premises credential is, and what he may. Refuses with `operation-failed`: the text of PowerShell's remote sessions
 * (about_Remote_Troubleshooting, "ERROR: ACCESS IS DENIED").
 */
export async function signInOnPremises(scope: CmdletScope, { UserName, Password }: PSCredential): Promise<Permission> {
  const { organization } = scope;
  const directory = scope.directory(organization.name);
  const account = await findAccount(directory, organization, UserName);
  // The work is the same whether or not there is such an account.
  const isPassword = verifyPassword(account?.ntHash ?? null, Password);
  if (account?.enabled === true && isPassword)
    return permissionOf(account, { organization, directory, settings: await scope.settings(organization.name) });
  const { web } = organization.hosts;
  const text = `Connecting to remote server ${web} failed with the following error message : Access is denied.`;
  throw cmdletRefusal('operation-failed', `${text} For more information, see the about_Remote_Troubleshooting Help topic.`);
}

/**
 * Who signs in at a tenant, and what he may. A name and a password are shown to the authentication service, which refuses whom
 * it wants a second factor of (AADSTS50076); a token is judged like that of any other call. Refuses with `operation-failed`.
 */
export async function signInToTenant(scope: CmdletScope, tenant: Organization, credential: TenantCredential): Promise<Permission> {
  const token = 'accessToken' in credential ? credential.accessToken : await passwordToken(scope, tenant, credential);
  const directory = scope.directory(tenant.name);
  const settings = await scope.settings(tenant.name);
  const outcome = await authenticateBearer(`Bearer ${token}`, {
    point: { organization: tenant, settings, virtualDirectory: 'WebServicesVirtualDirectory', host: tenant.hosts.web },
    ...{ organizations: scope.organizations, settings, directory },
    ...{ requestAuthority: tenant.hosts.web, byName: true, at: scope.at, door: 'shell' },
  });
  if ('refusal' in outcome) throw notConnected(outcome.diagnostics?.text ?? outcome.refusal.code);
  const { principal } = outcome;
  if (principal.is !== 'user') throw notConnected('The token is of an application: a user has to sign in.');
  const account = await directory.byGuid(principal.caller.recipient);
  if (account === undefined) throw notConnected('The user of the token is not there any more.');
  return permissionOf(account, { organization: tenant, directory, settings });
}

async function passwordToken(scope: CmdletScope, tenant: Organization, { UserName, Password }: PSCredential): Promise<string> {
  const { requestToken } = await import('../../protocols/oauth/client.ts');
  const url = `https://login.microsoftonline.test/${tenant.tenantId}/oauth2/token`;
  const form = {
    ...{ grant_type: 'password', client_id: shellAppId, resource: exchangeAppId },
    ...{ username: UserName, password: Password },
  };
  const dialing = { service: 'cmdlets', organization: scope.organization.name, parent: scope.trace };
  try {
    const answer = await requestToken(scope.dialer, url, form, { ...dialing, clientRequestId: scope.identifiers.guid() });
    if (answer.is === 'token') return answer.token;
    throw notConnected(answer.is === 'refused' ? answer.description : `The authentication service answered ${answer.status}.`);
  } catch (error) {
    const text = dialText(error, url);
    if (text === undefined) throw error;
    throw notConnected(text);
  }
}

/** What the service says is told as it is; the beginning is ours. */
function notConnected(reason: string): Error {
  return cmdletRefusal('operation-failed', `There is no connection to Exchange Online: ${reason}`);
}
