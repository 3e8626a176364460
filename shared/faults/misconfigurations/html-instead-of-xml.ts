import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const htmlInsteadOfXml: Misconfiguration = {
  id: 'html-instead-of-xml',
  title: 'Something answers with a page',
  symptom: 'Response is not well-formed XML',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: resolveFreeBusy,
  notice: 'The answer begins with <html>: a page of the device in front, or of the load balancer.',
  remedy: 'Publish EWS as it is: no sign-in page, no page of errors in its place.',
  variants: {
    ews: {
      how: 'something answers with a page',
      unseen: onTheWire,
      play: (topology) =>
        between({
          match: { svc: 'ews', org: onPremisesOf(topology).name },
          effect: { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html><br></html>' },
        }),
    },
  },
};
