import { authenticationNames, microsoftNames } from '../../shared/domain/organization/host-map.ts';
import { authenticationService, graphHost } from '../../shared/domain/world/vocabulary.ts';
import { openVisit, passRequestSeam } from '../../shared/service/http-door.ts';
import { createHttpsDoor, type HttpsDoor, type HttpsDoorOptions } from '../../shared/service/https-door.ts';
import { dispatch, type LocalApp } from '../../shared/service/local-app.ts';

export interface AuthorityListenerOptions extends HttpsDoorOptions {
  /** The authentication service; it answers every path under every other name. */
  readonly app: LocalApp;
  /** Microsoft Graph, under its own name; undefined where it does not run. */
  readonly graph?: LocalApp | undefined;
}

/** The https listener of the authentication service: a clock and a name of its own, no organisation. It does not listen yet. */
export async function createAuthorityListener(options: AuthorityListenerOptions): Promise<HttpsDoor> {
  const { app, graph, clock } = options;
  // A tenant that becomes known later does not bring its servers' clock with it.
  const door: HttpsDoorOptions = { ...options, clock: { now: () => clock.now(authenticationService) } };
  const hosts = new Set(authenticationNames);
  return createHttpsDoor(door, {
    certificateNames: [authenticationNames],
    usualNames: authenticationNames,
    isHost: (name) => hosts.has(name),
    broken: { service: authenticationService },
    receive(raw, authority) {
      const isGraph = graph !== undefined && (microsoftNames[authority.host] ?? authority.host) === graphHost;
      const service = isGraph ? 'graph' : authenticationService;
      const facts = { protocol: 'https', service, organization: undefined, host: authority.host } as const;
      const visit = openVisit(door, raw, facts);
      passRequestSeam(door.seams, visit, (asked = authority) =>
        dispatch(isGraph ? graph : app, visit, { organization: undefined, authority: asked }),
      );
    },
  });
}
