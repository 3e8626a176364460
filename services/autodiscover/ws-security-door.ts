import type { FastifyReply, FastifyRequest } from 'fastify';
import { judgeWsSecurity, readSecuredMessage, type SecuredMessage, type WsSecurityDoor } from '../../shared/bridges/access/ws-security.ts';
import { allowsWsSecurity } from '../../shared/domain/organization/virtual-directories.ts';
import type { OfferName } from '../../shared/domain/trust/offers.ts';
import { soapAutodiscover } from '../../shared/protocols/autodiscover/namespaces.ts';
import { faultAction } from '../../shared/protocols/wstrust/addressing.ts';
import { lacksCertificate, visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { XmlElement } from '../../shared/xml/element.ts';
import type { AutodiscoverContext } from './context.ts';
import { answerCall, sendFault, sendSoapFault } from './soap-answer.ts';
import { callIn, silent, unreadable } from './soap-request.ts';
import { hasXmlBody, octetsOf } from './xml-body.ts';

type Door = (context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * A requester asks with the token that it has for what it wants to do next, or with one for Autodiscover ("Deep Dive: How
 * Hybrid Authentication Really Works", steps 4 to 7).
 */
const offers: readonly OfferName[] = [
  'MSExchange.Autodiscover',
  'MSExchange.SharingCalendarFreeBusy',
  'MSExchange.MailTips',
  'MSExchange.UserPhotoRetrieval',
  'MSExchange.MailboxMove',
];

/**
 * Answers a POST below `autodiscover.svc/WSSecurity`, where nobody signs in: the message holds a delegation token. Its
 * security is judged before its action.
 */
export function postWsSecurity(door: WsSecurityDoor): Door {
  return async (context, request, reply) => {
    const { exchange, instant } = exchangeOf(request);
    const message = read(request);
    if ('refusal' in message) {
      exchange.note({ operation: 'autodiscover.svc' });
      return sendFault(context, request, reply, message.refusal, message.about, silent);
    }
    const call = callIn(message);
    exchange.note({ operation: call.name === '' ? 'autodiscover.svc' : call.name });
    const { organization, settings } = await visited(context, request);
    if (await lacksCertificate(request, { organization, settings }, 'AutodiscoverVirtualDirectory')) return reply.code(403).send();
    const judged = await judgeWsSecurity(message, {
      door,
      isOffered: allowsWsSecurity(organization, settings, 'AutodiscoverVirtualDirectory'),
      settings,
      at: instant,
      offers,
      identity: 'relationship',
      understands,
    });
    exchange.judged(judged.verdict);
    if (judged.assertion !== undefined) exchange.note({ assertion: judged.assertion });
    if (judged.refusal !== undefined) {
      exchange.note({ code: judged.fault.code, detail: judged.refusal.message });
      exchange.conclude('refused');
      return sendSoapFault(context, request, reply, judged.fault, { status: 500, action: faultAction, header: call.header });
    }
    exchange.note({ caller: judged.caller.emailAddress });
    return answerCall(context, request, reply, call, { ...exchangeOf(request), external: judged.caller });
  };
}

function read(request: FastifyRequest): SecuredMessage | ReturnType<typeof unreadable> {
  if (!hasXmlBody(request, ['text/xml'])) {
    return { header: silent, name: '', refusal: 'Malformed', about: 'the content type is not text/xml' };
  }
  try {
    return readSecuredMessage(octetsOf(request));
  } catch (error) {
    return unreadable(error);
  }
}

function understands({ namespace, name }: XmlElement): boolean {
  return namespace === soapAutodiscover && name === 'RequestedServerVersion';
}
