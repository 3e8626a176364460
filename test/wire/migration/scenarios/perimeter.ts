import { type MovingLab, onPremises } from '../moving-lab.ts';
import { minutes, passing, proxyUrl, type Scenario, seconds } from './scenario.ts';

const device =
  (setting: string) =>
  ({ run }: MovingLab): unknown =>
    run(`Set-PerimeterDevice ${setting}`, onPremises);
const bindings = (token: string, { run }: MovingLab): Promise<unknown> =>
  run(`Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking ${token}`, onPremises);

const retried = { Status: 'InProgress', StatusDetail: 'NetworkFailure', FailureType: 'CommunicationErrorTransientException' };
const line = 'Transient error CommunicationErrorTransientException has occurred. The system will retry (1/60).';
const unauthorized = (offered: string): string =>
  `The call to '${proxyUrl}' failed. Error details: The HTTP request is unauthorized with client authentication scheme 'Negotiate'. The authentication header received from the server was '${offered}'. --> The remote server returned an error: (401) Unauthorized..`;
const againAfterMs = 30 * seconds;

/** A device in front of Contoso's servers. */
export const perimeter: readonly Scenario[] = [
  passing({
    id: 'perimeter-preauthentication',
    what: 'the device in front asks for Basic',
    async cause(moving) {
      await bindings('None', moving);
      await device('-Enabled $true -PreAuthentication Basic')(moving);
    },
    shows: retried,
    says: unauthorized('Basic realm="mail.contoso.test"'),
    line,
    mend: device('-PassThroughPaths /EWS/mrsproxy.svc'),
    againAfterMs,
  }),
  passing({
    id: 'extended-protection-bridge',
    what: 'channel bindings are required, and the device in front ends TLS with a certificate of its own',
    async cause(moving) {
      await bindings('Require', moving);
      await device('-Enabled $true -PreAuthentication None')(moving);
    },
    shows: retried,
    says: unauthorized('Negotiate,NTLM,Basic realm="mail.contoso.test"'),
    line,
    mend: (moving) => bindings('None', moving),
    againAfterMs,
  }),
  passing({
    id: 'extended-protection-bridge',
    what: 'channel bindings are looked at, as on a new server',
    async cause(moving) {
      await bindings('Allow', moving);
      await device('-Enabled $true -PreAuthentication None')(moving);
    },
    shows: retried,
    says: unauthorized('Negotiate,NTLM,Basic realm="mail.contoso.test"'),
    line,
    mend: device('-Enabled $false'),
    againAfterMs,
  }),
  passing({
    id: 'flood-mitigation',
    what: 'the device in front lets an address ask so often and no more',
    async cause(moving) {
      await bindings('None', moving);
      await device('-Enabled $true -PreAuthentication None -MaxRequestsPerMinute 20')(moving);
    },
    shows: retried,
    says: `The call to '${proxyUrl}`,
    line,
    mend: device('-MaxRequestsPerMinute unlimited'),
    againAfterMs: 5 * minutes,
  }),
];
