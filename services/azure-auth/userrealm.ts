import type { FastifyReply, FastifyRequest } from 'fastify';
import { findTenant } from '../../shared/bridges/authority/urls.ts';
import { type BrowserVisit, judged, openBrowserVisit, queryOf, required, sendErrorBody } from './browser-visit.ts';
import type { AzureAuthContext } from './context.ts';
import { beginAnswer, sendJson } from './failures.ts';

const cloud = { name: 'microsoftonline.com', urn: 'urn:federation:MicrosoftOnline' };

/** `GET /common/userrealm/{upn}?api-version=`: who signs a user in. Every domain of a tenant is managed; there is no federated one. */
export function getUserRealm(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'userrealm');
  return judged(
    visit,
    async () => {
      const { user } = request.params as { user: string };
      const version = queryOf(visit).get('api-version') ?? '1.0';
      return answer(visit, version.startsWith('2') ? await newerRealm(visit, user) : await olderRealm(visit, user));
    },
    sendErrorBody,
  );
}

/** `GET /GetUserRealm.srf?login=`: the same for older clients. */
export function getUserRealmSrf(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'userrealm');
  return judged(
    visit,
    async () => {
      const realm = await newerRealm(visit, required(visit, queryOf(visit), 'login'));
      return answer(visit, { State: realm.NameSpaceType === 'Managed' ? 4 : 1, UserState: 1, ...realm });
    },
    sendErrorBody,
  );
}

interface Realm {
  readonly NameSpaceType: 'Managed' | 'Unknown';
  readonly [member: string]: string;
}

async function olderRealm(visit: BrowserVisit, user: string): Promise<object> {
  const domain = await managedDomain(visit, user);
  return {
    ver: '1.0',
    account_type: domain === undefined ? 'Unknown' : 'Managed',
    ...(domain === undefined ? {} : { domain_name: domain }),
    cloud_instance_name: cloud.name,
    cloud_audience_urn: cloud.urn,
  };
}

async function newerRealm(visit: BrowserVisit, user: string): Promise<Realm> {
  const domain = await managedDomain(visit, user);
  return {
    Login: user,
    ...(domain === undefined ? {} : { DomainName: domain }),
    NameSpaceType: domain === undefined ? 'Unknown' : 'Managed',
    ...(domain === undefined ? {} : { FederationBrandName: domain }),
    CloudInstanceName: cloud.name,
    CloudInstanceIssuerUri: cloud.urn,
  };
}

/** The domain of a user name when a tenant has it, whether or not there is such a user: nobody can try names out here. */
async function managedDomain({ context, exchange }: BrowserVisit, user: string): Promise<string | undefined> {
  const at = user.lastIndexOf('@');
  const domain = at <= 0 ? '' : user.slice(at + 1).toLowerCase();
  const tenant = domain === '' || domain.length > 253 ? undefined : findTenant(await context.organizations(), domain);
  exchange.note({ caller: user.slice(0, 256), ...(tenant === undefined ? {} : { organization: tenant.name }) });
  return tenant === undefined ? undefined : domain;
}

function answer({ context, request, reply }: BrowserVisit, body: object): FastifyReply {
  beginAnswer(context, request, reply);
  return sendJson(reply, 200, body);
}
