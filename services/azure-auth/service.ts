import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { visitOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { postServerToServerToken } from './acs-token.ts';
import { authorize } from './authorize.ts';
import { postLogin, postSecondFactor, signInPaths } from './authorize-sign-in.ts';
import { enterJudgement } from './browser-visit.ts';
import type { AzureAuthContext, AzureAuthParts } from './context.ts';
import { deviceLoginPath, postDeviceCode } from './device-code.ts';
import { getDeviceLogin, postDeviceDecision, postDeviceLogin } from './device-code-page.ts';
import { getDocument, instanceDiscovery } from './discovery.ts';
import { notOffered, postTokenRequest } from './ext-sts.ts';
import { getFederationMetadata } from './federation-metadata-door.ts';
import { logout } from './logout.ts';
import { manageDelegationDoor } from './manage-delegation-door.ts';
import { PendingGrants } from './pending.ts';
import { shownAssertions } from './shown-assertions.ts';
import { createSignInControl } from './sign-in-control.ts';
import { SignIns } from './sign-ins.ts';
import { postToken } from './token.ts';
import { getUserRealm, getUserRealmSrf } from './userrealm.ts';

type Door = (context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const bothMethods = (door: Door): { readonly GET: Door; readonly POST: Door } => ({ GET: door, POST: door });

const maxBodyBytes = 1024 * 1024;

/** Every path and what may be done there; paths match in any letter case, a HEAD is answered as a GET. */
const doors: Readonly<Record<string, { readonly GET?: Door; readonly POST?: Door }>> = {
  // Entra: what anybody may know
  '/metadata/json/1': { GET: getDocument },
  '/:tenant/metadata/json/1': { GET: getDocument },
  '/:tenant/federationmetadata/2007-06/federationmetadata.xml': { GET: getDocument },
  '/:tenant/.well-known/openid-configuration': { GET: getDocument },
  '/:tenant/v2.0/.well-known/openid-configuration': { GET: getDocument },
  '/:tenant/discovery/keys': { GET: getDocument },
  '/:tenant/discovery/v2.0/keys': { GET: getDocument },
  '/:tenant/discovery/instance': { GET: instanceDiscovery, POST: instanceDiscovery },
  '/:tenant/userrealm/:user': { GET: getUserRealm },
  '/GetUserRealm.srf': { GET: getUserRealmSrf },
  // Entra: what a browser sees
  '/:tenant/oauth2/v2.0/authorize': bothMethods((context, request, reply) => authorize(context, request, reply, 2)),
  '/:tenant/oauth2/authorize': bothMethods((context, request, reply) => authorize(context, request, reply, 1)),
  [signInPaths.password]: { POST: postLogin },
  [signInPaths.secondFactor]: { POST: postSecondFactor },
  [deviceLoginPath]: { GET: getDeviceLogin, POST: postDeviceLogin },
  '/deviceauth': { GET: getDeviceLogin, POST: postDeviceLogin },
  '/common/oauth2/deviceauth': { GET: getDeviceLogin, POST: postDeviceLogin },
  [signInPaths.approval]: { POST: postDeviceDecision },
  '/:tenant/oauth2/v2.0/logout': bothMethods(logout),
  '/:tenant/oauth2/logout': bothMethods(logout),
  // Entra: what clients call
  '/:tenant/oauth2/v2.0/devicecode': { POST: (context, request, reply) => postDeviceCode(context, request, reply, 2) },
  '/:tenant/oauth2/devicecode': { POST: (context, request, reply) => postDeviceCode(context, request, reply, 1) },
  '/:tenant/oauth2/v2.0/token': { POST: (context, request, reply) => postToken(context, request, reply, 2) },
  '/:tenant/oauth2/token': { POST: (context, request, reply) => postToken(context, request, reply, 1) },
  // Server to server (ACS)
  '/:tenant/tokens/OAuth/2': { POST: postServerToServerToken },
  '/tokens/OAuth/2': { POST: postServerToServerToken },
  // The federation gateway
  '/federationmetadata/2006-12/federationmetadata.xml': { GET: getFederationMetadata },
  '/extSTS.srf': { POST: postTokenRequest },
  '/RST2.srf': bothMethods(notOffered),
  '/login.srf': bothMethods(notOffered),
  '/service/managedelegation2.asmx': { POST: manageDelegationDoor('business') },
  '/service/managedelegation.asmx': { POST: manageDelegationDoor('consumer') },
};

/** Name under which the service hands the control port its hold of the sign-ins. */
export const signInControl = 'signInControl';

/** The authentication service as a Fastify instance that never listens: its listener passes requests to it. */
export function createAzureAuthService(parts: AzureAuthParts): FastifyInstance {
  const context: AzureAuthContext = {
    ...parts,
    pending: new PendingGrants(parts.store),
    assertions: shownAssertions(parts.store),
    signIns: new SignIns(parts),
  };
  const app = createServiceApp({ bodyLimitBytes: maxBodyBytes, seams: parts.seams });
  app.addHook('onSend', (request, _reply, payload, done) => {
    enterJudgement(request);
    done(null, payload);
  });
  for (const [path, { GET, POST }] of Object.entries(doors)) {
    app.all(path, async (request, reply) => {
      const door = request.method === 'POST' ? POST : request.method === 'GET' || request.method === 'HEAD' ? GET : undefined;
      if (door !== undefined) return door(context, request, reply);
      const { exchange } = visitOf(request);
      exchange.note({ code: 'MethodNotAllowed' });
      exchange.conclude('refused');
      const allowed = [...(GET === undefined ? [] : ['GET']), ...(POST === undefined ? [] : ['POST'])];
      return reply.code(405).header('allow', allowed.join(', ')).send();
    });
  }
  app.decorate(signInControl, createSignInControl(context, parts.clock));
  return app;
}
