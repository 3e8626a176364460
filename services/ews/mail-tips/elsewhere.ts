import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { getMailTips as contract } from '../../../shared/protocols/ews/operations/get-mail-tips.ts';
import type { MailTipType } from '../../../shared/protocols/ews/types/mail-tips.ts';
import type { EwsCall } from '../context.ts';
import { askElsewhere } from '../elsewhere/ask.ts';
import type { Askee, Errand } from '../elsewhere/errand.ts';
import { failureMessage, withSource } from '../elsewhere/failure.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import { type MailTipsMessage, type MailTipsRequest, recipientAddress, scopeOf } from './tips.ts';

/** A recipient whose mailbox is not here. */
export interface RecipientElsewhere extends Askee {
  /** As the request wrote him. */
  readonly written: MailTipsRequest['Recipients']['Mailbox'][number];
  readonly place: PlaceElsewhere;
}

/**
 * What other organisations tell of recipients, by the position in the request; whom it leaves out is answered from the
 * directory here: those whom no way leads to and whom nobody knows for mailboxes of a connected organisation.
 */
export function tipsElsewhere(
  call: EwsCall,
  recipients: readonly RecipientElsewhere[],
  tips: ReadonlySet<MailTipType>,
): Promise<ReadonlyMap<number, MailTipsMessage>> {
  return askElsewhere(call, recipients, errandFor(call, tips));
}

type TipsErrand = Errand<RecipientElsewhere, MailTipsRequest, ResponseOf<typeof contract>, MailTipsMessage>;

function errandFor({ caller, organization }: EwsCall, tips: ReadonlySet<MailTipType>): TipsErrand {
  const server = organization.hosts.web;
  return {
    contract,
    offer: 'MSExchange.MailTips',
    goesByAddressSpace: false,
    requestFor: (those) => ({
      SendingAs: { EmailAddress: caller.primarySmtpAddress, RoutingType: 'SMTP' },
      Recipients: { Mailbox: those.map(({ address }) => ({ EmailAddress: address, RoutingType: 'SMTP' })) },
      MailTipsRequested: [...tips],
    }),
    parameters: () => '',
    answersIn(response, those, url) {
      // An organisation that gives no tips at all says so of nobody by name.
      if (response.class === 'Error') return those.map(() => withSource(response, url));
      return those.flatMap((who, index) => {
        const told = response.ResponseMessages?.[index];
        return told === undefined ? [] : [asAsked(told, who, tips, url)];
      });
    },
    failed: (failure) => failureMessage(failure, server),
    withoutWay: (failure, { recipient }) =>
      recipient === undefined || recipient.type === 'MailContact' ? undefined : failureMessage(failure, server),
  };
}

/** Tips of whom the request named; who is a stranger is for this organisation to say. */
function asAsked(
  told: MailTipsMessage,
  { written, place }: RecipientElsewhere,
  tips: ReadonlySet<MailTipType>,
  url: string,
): MailTipsMessage {
  if (told.class === 'Error') return withSource(told, url);
  if (told.MailTips === undefined) return told;
  const { Scope: _theirs, ...others } = told.MailTips;
  const MailTips = { ...others, RecipientAddress: recipientAddress(written), ...(tips.has('Scope') ? { Scope: scopeOf(place) } : {}) };
  return { ...told, MailTips };
}
