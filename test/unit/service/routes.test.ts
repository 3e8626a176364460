import { expect, test } from 'vitest';
import { routeOf } from '../../../services/frontend/routes.ts';

const ews = { kind: 'dispatch', to: { kind: 'local', service: 'ews' } };
const autodiscover = { kind: 'dispatch', to: { kind: 'local', service: 'autodiscover' } };

test.each([
  ['/EWS/Exchange.asmx', ews],
  ['/ews/exchange.asmx/wssecurity', ews],
  ['/ews/', ews],
  ['/ews', { kind: 'unknown' }],
  ['/ewsx/Exchange.asmx', { kind: 'unknown' }],
  ['/x/ews/', { kind: 'unknown' }],
  ['/Autodiscover/Autodiscover.svc', autodiscover],
  ['/autodiscover/autodiscover.json/v1.0/joe@contoso.test', autodiscover],
  ['/EWS/healthcheck.htm', { kind: 'health', service: 'ews' }],
  ['/ews/x/healthcheck.htm', ews],
  ['/owa/healthcheck.htm', { kind: 'absent', title: 'Outlook on the web' }],
  ['/mapi/emsmdb/', { kind: 'absent', title: 'MAPI over HTTP' }],
  ['/', { kind: 'front-page' }],
  ['', { kind: 'unknown' }],
  ['*', { kind: 'unknown' }],
  ['/favicon.ico', { kind: 'unknown' }],
])('%s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});
