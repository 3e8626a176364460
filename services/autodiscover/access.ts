import type { FastifyReply, FastifyRequest } from 'fastify';
import { admit as admitAnywhere, type Visited } from '../../shared/service/admit.ts';
import type { AutodiscoverContext } from './context.ts';
import { endpointHeaders } from './operations/probe.ts';

/** Signs the caller in. Undefined: the answer, a 401 with its challenges, has been sent. */
export function admit(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<Visited | undefined> {
  return admitAnywhere(context, request, reply, 'AutodiscoverVirtualDirectory', endpointHeaders);
}
