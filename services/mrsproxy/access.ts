import type { FastifyReply, FastifyRequest } from 'fastify';
import { assignmentsHeld } from '../../shared/bridges/access/role-holders.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { type VirtualDirectory, virtualDirectoryOf } from '../../shared/domain/organization/virtual-directories.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { judge } from '../../shared/kernel/verdict.ts';
import { admit as admitAnywhere, type Visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { MrsCall, MrsProxyContext } from './context.ts';

/** Somebody who has signed in where the proxy is enabled. */
export interface Admitted extends Visited {
  /** Object GUID of the caller. */
  readonly caller: Guid;
  readonly directory: VirtualDirectory;
}

const reference = 'Microsoft: Enable the MRS Proxy endpoint for remote moves';

/**
 * Signs the caller in, and asks whether the proxy is enabled: 403 after the sign-in where it is not, as IIS answers it
 * (support.microsoft.com "The remote server returned an error: (403) Forbidden"). A tenant's virtual directory is not its own:
 * there it never is. Undefined: the answer has been sent.
 */
export async function admit(context: MrsProxyContext, request: FastifyRequest, reply: FastifyReply): Promise<Admitted | undefined> {
  const admitted = await admitAnywhere(context, request, reply, 'MrsProxy');
  if (admitted === undefined) return undefined;
  const { principal, organization, settings } = admitted;
  const { exchange } = exchangeOf(request);
  const directory = virtualDirectoryOf(organization, settings, 'WebServicesVirtualDirectory');
  // It came with Exchange 2010.
  const hasProxy = organization.kind === 'on-premises' && profileOf(organization.product).version.major >= 14;
  const isEnabled = hasProxy && directory['MRSProxyEnabled'] === true;
  const check = { check: 'mrsproxy.enabled', expected: 'MRSProxyEnabled True', actual: isEnabled ? 'True' : 'False', reference };
  exchange.judged(judge([{ ...check, outcome: isEnabled ? 'passed' : 'failed' }]));
  if (!isEnabled || principal.is !== 'user') {
    exchange.note({ code: 'mrs-proxy-disabled', detail: 'MRS proxy service is disabled' });
    exchange.conclude('refused');
    reply.code(403).send();
    return undefined;
  }
  return { organization, settings, caller: principal.caller.recipient, directory };
}

/** The role without which nobody moves mailboxes: Organization Management and Recipient Management have it at first. */
const role = 'Move Mailboxes';

/** Whether the caller may move mailboxes; asked once for a session, told to the journal. */
export async function mayMove({ context, organization, settings, session, exchange }: MrsCall): Promise<boolean> {
  if (session.isAllowed !== undefined) return session.isAllowed;
  const ground = { organization, settings, directory: context.directory(organization.name) };
  const held = await assignmentsHeld(session.caller, ground);
  const isAllowed = held.some(({ Role }) => Role === role);
  exchange.judged(judge([{ check: 'mrsproxy.role', outcome: isAllowed ? 'passed' : 'failed', expected: role, reference }]));
  session.isAllowed = isAllowed;
  return isAllowed;
}
