import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import { isOutOfService } from '../../shared/domain/organization/client-access.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { frontEndOf, serverFqdn } from '../../shared/domain/organization/servers.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import { answer, answerDefect, type HttpDoorOptions, openVisit, passRequestSeam, type Visit } from '../../shared/service/http-door.ts';
import type { RawRequest } from '../../shared/service/https-door.ts';
import { dispatch, type LocalApp } from '../../shared/service/local-app.ts';
import type { BackLinks } from './back-links.ts';
import { type Route, routeOf } from './routes.ts';

export interface LetInOptions extends HttpDoorOptions {
  /** The services that run here, by name. */
  readonly apps: ReadonlyMap<string, LocalApp>;
  /** The configuration objects of an organisation; absent: as Setup leaves them. */
  readonly settings?: (organization: string) => Promise<Settings>;
  /** The way to services that run in other processes; absent: there are none. */
  readonly links?: BackLinks | undefined;
}

/** A request, and the organisation that answers for its host; undefined: nobody does. */
export interface Caller {
  readonly raw: RawRequest;
  readonly organization: Organization | undefined;
  readonly authority: Authority;
  readonly path: string;
}

/** Lets a request in by the table path -> service: to the service where it runs, here or in another process. */
export function letIn(options: LetInOptions, caller: Caller): void {
  const { raw, organization, path } = caller;
  const route = routeOf(path);
  if (organization === undefined || route.kind !== 'dispatch' || !isElsewhere(options, route.to.service, organization)) {
    letInHere(options, caller, route);
    return;
  }
  const { service } = route.to;
  // The exchange is opened where the service runs.
  raw.connection.current = { response: raw.response };
  void options.links?.forward(raw, { service, organization: organization.name }, (why) => {
    const visit = openVisit(options, raw, { protocol: 'https', service, organization, host: caller.authority.host });
    visit.exchange.note({ code: 'UpstreamFailed', detail: why });
    answer(visit, 503, text, `The service ${service} does not answer.\r\n`);
  });
}

function isElsewhere({ apps, links }: LetInOptions, service: string, { name }: Organization): boolean {
  return !apps.has(service) && links?.leadTo(service, name) === true;
}

function letInHere(options: LetInOptions, { raw, organization, authority }: Caller, route: Route): void {
  const service = route.kind === 'dispatch' ? route.to.service : 'frontend';
  const visit = openVisit(options, raw, { protocol: 'https', service, organization, host: authority.host });
  passRequestSeam(options.seams, visit, (asked = authority) => {
    if (organization === undefined) answer(visit, 404, {});
    else if (route.kind === 'health') void answerHealth(options, visit, route.service, organization);
    else if (route.kind !== 'dispatch') answerHere(visit, route, organization);
    else {
      const app = options.apps.get(service);
      if (app === undefined) answer(visit, 503, text, `The service ${service} is not running.\r\n`);
      else dispatch(app, visit, { organization, authority: asked });
    }
  });
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

function answerHere(visit: Visit, route: Exclude<Route, { kind: 'dispatch' | 'health' }>, organization: Organization): void {
  switch (route.kind) {
    case 'front-page': {
      // As in life, also though nothing is found there: clients and probes look for the redirection.
      const { host } = visit.request.headers;
      answer(visit, 302, { location: `https://${parseAuthority(host) === undefined ? organization.hosts.web : host}/owa/` });
      return;
    }
    case 'absent':
      answer(visit, 404, text, `${route.title} is not part of this simulation.\r\n`);
      return;
    case 'unknown':
      answer(visit, 404, {});
  }
}

/** 503 while the service does not run and while the server is taken out of service: load balancers then pass it by. */
async function answerHealth(
  { apps, settings, links }: LetInOptions,
  visit: Visit,
  service: string,
  organization: Organization,
): Promise<void> {
  const server = frontEndOf(organization, visit.connection.ordinal);
  try {
    const isOut = settings !== undefined && isOutOfService(await settings(organization.name), server);
    const isFit = (apps.has(service) || links?.leadTo(service, organization.name) === true) && !isOut;
    const body = isFit ? `200 OK<br/>${serverFqdn(organization, server)}` : '';
    answer(visit, isFit ? 200 : 503, { 'content-type': 'text/html' }, body);
  } catch (error) {
    answerDefect(visit, error);
  }
}
