import { type LocalNames, type Resource, resolveResource } from '../../shared/bridges/authority/resources.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { GrantCall } from './grants/grant.ts';

/** The principal that a token is asked for; one that the tenant does not have is refused. Check `resource.principal`. */
export function judgeResource(call: GrantCall, text: string): Resource {
  const { judgement, settings, tenant, context, organizations } = call;
  const facts = {
    expected: `a service principal of ${tenant.name}`,
    actual: text,
    reference: 'learn.microsoft.com, Microsoft Entra authentication and authorization error codes',
  };
  const resource = resolveResource(settings, text, localNames(organizations, context.publishedPorts()));
  const isOurs = resource?.realm === undefined || resource.realm.toLowerCase() === tenant.tenantId;
  if (resource === undefined || !isOurs)
    return judgement.refuse('resource.principal', facts, '500011', { resource: text, tenant: tenant.tenantId });
  const values = { resource: text, client: resource.principal.appId };
  if (!resource.principal.accountEnabled) return judgement.refuse('resource.enabled', { actual: 'disabled' }, '7000112', values);
  judgement.pass('resource.principal', { ...facts, actual: resource.principal.appId });
  return resource;
}

/** Clients on this machine reach an organisation as `localhost:port`; they mean its host. */
export function localNames(organizations: Organizations, publishedPorts: ReadonlyMap<string, number>): LocalNames {
  return (authority) => {
    const [, port] = /^(?:localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})$/.exec(authority) ?? [];
    if (port === undefined) return undefined;
    return organizations.all.find(({ name }) => publishedPorts.get(name) === Number(port))?.hosts.web.toLowerCase();
  };
}
