import type { EnvelopeRecipient, Notify, TransportFacts } from '../../../shared/domain/mailflow/transport-message.ts';
import type { SmtpParameters, SmtpPath } from '../../../shared/service/smtp-session.ts';

/** A recipient with what the sender wants to hear of it (RFC 3461, 4). */
export function envelopeRecipient({ address, parameters }: SmtpPath): EnvelopeRecipient {
  const notify = textOf(parameters, 'NOTIFY')?.toUpperCase().split(',').filter(isNotify);
  const original = textOf(parameters, 'ORCPT')?.replace(/^rfc822;/i, '');
  return { address, ...(notify === undefined ? {} : { notify }), ...(original === undefined ? {} : { original }) };
}

/** What MAIL says besides the address. */
export function senderFacts(parameters: SmtpParameters): Pick<TransportFacts, 'envelopeId' | 'returns' | 'originatorOrganization'> {
  const returns = textOf(parameters, 'RET')?.toUpperCase();
  const envelopeId = textOf(parameters, 'ENVID')?.slice(0, 100);
  const originatorOrganization = textOf(parameters, oorg)?.slice(0, 255);
  return {
    ...(returns === 'FULL' || returns === 'HDRS' ? { returns } : {}),
    ...(envelopeId === undefined ? {} : { envelopeId }),
    ...(originatorOrganization === undefined ? {} : { originatorOrganization }),
  };
}

/** The organisation that mail comes from, as one side of a hybrid deployment tells the other: offered in EHLO, said in MAIL. */
export const oorg = 'XOORG';

/** The trace that a message belongs to, told by the transports of this world to each other: an extension of ours, W3C's `traceparent` its value. */
export const traceparentParameter = 'XTRACEPARENT';

/** The trace of a message, where MAIL says it. */
export function traceparentOf(parameters: SmtpParameters): string | undefined {
  const said = textOf(parameters, traceparentParameter);
  return said !== undefined && /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(said) ? said : undefined;
}

function isNotify(word: string): word is Notify {
  return word === 'NEVER' || word === 'SUCCESS' || word === 'FAILURE' || word === 'DELAY';
}

function textOf(parameters: SmtpParameters, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}
