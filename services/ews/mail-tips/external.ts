import { isInScope } from '../../../shared/bridges/access/group-membership.ts';
import { type OrganizationRelationship, relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { MailTipType } from '../../../shared/protocols/ews/types/mail-tips.ts';
import type { ExternalCall } from '../context.ts';
import { crossOrganizationNotAllowed } from '../elsewhere/failure.ts';
import { type RecipientPlace, recipientPlace } from '../recipient-place.ts';
import { type MailTipsAnswer, type MailTipsMessage, type MailTipsRequest, mostRecipients, tipsAsked, tipsOf } from './tips.ts';

const limited = ['OutOfOfficeMessage', 'MaxMessageSize', 'DeliveryRestriction', 'ExternalMemberCount', 'InvalidRecipient'] as const;

/**
 * What an access level leaves (Microsoft's page "MailTips over organization relationships"). An invalid recipient is in no
 * row there; it is what would give a non-delivery report, which `Limited` is about.
 */
const ofLevel: Readonly<Record<OrganizationRelationship['MailTipsAccessLevel'], ReadonlySet<MailTipType>>> = {
  None: new Set(),
  Limited: new Set(limited),
  All: new Set([...limited, 'TotalMemberCount', 'MailboxFullStatus', 'CustomMailTip', 'ModerationStatus']),
};

/** Told of the members of MailTipsAccessScope alone (page of Set-OrganizationRelationship). */
const ofScope: readonly MailTipType[] = ['OutOfOfficeMessage', 'MailboxFullStatus', 'CustomMailTip'];

/**
 * GetMailTips for people of other organisations: what they are told is decided by the relationship with their domain; automatic
 * replies are those for the outside. Their token goes no further: a mailbox that lies elsewhere is refused, as its free/busy is.
 */
export async function externalMailTips(call: ExternalCall, request: MailTipsRequest): Promise<MailTipsAnswer> {
  const { context, organization, settings, external, exchange } = call;
  const recipients = request.Recipients.Mailbox;
  if (recipients.length > mostRecipients) return errorMessage('ErrorInvalidArgument');
  const relationship = relationshipFor(settings, external.domain);
  exchange.judged(judge([sharing(external.domain, relationship)]));
  const asked = tipsAsked(request.MailTipsRequested, settings);
  if (relationship === undefined || asked === undefined || !isSharing(relationship)) return errorMessage('ErrorMailTipsDisabled');
  const told = ofLevel[relationship.MailTipsAccessLevel];
  const tips = new Set([...asked].filter((tip) => told.has(tip)));
  const ResponseMessages: MailTipsMessage[] = [];
  for (const recipient of recipients) {
    await new Promise((resolve) => setImmediate(resolve));
    const directory = context.directory(organization.name);
    const place = await recipientPlace(directory, organization, {
      Address: recipient.EmailAddress ?? '',
      RoutingType: recipient.RoutingType,
    });
    ResponseMessages.push(
      await answerFor(call, relationship, place, { recipient, tips, to: 'external', sender: undefined, writer: external.emailAddress }),
    );
  }
  return { class: 'Success', ...(ResponseMessages.length === 0 ? {} : { ResponseMessages }) };
}

async function answerFor(
  { context, organization, settings, instant: at }: ExternalCall,
  { MailTipsAccessScope }: OrganizationRelationship,
  place: RecipientPlace,
  asked: Parameters<typeof tipsOf>[2],
): Promise<MailTipsMessage> {
  const directory = context.directory(organization.name);
  const ground = { read: context.store.read, directory, organization, settings, at };
  if (place.is === 'elsewhere') {
    if (!place.isKnown) return tipsOf(ground, { is: 'nowhere', address: place.address }, asked);
    const { code, text } = crossOrganizationNotAllowed(place.address);
    return errorMessage(code, { text });
  }
  const isTold = place.is !== 'local' || (await isInScope(directory, MailTipsAccessScope, place.owner.guid));
  return tipsOf(ground, place, isTold ? asked : { ...asked, tips: new Set([...asked.tips].filter((tip) => !ofScope.includes(tip))) });
}

function isSharing({ MailTipsAccessEnabled, MailTipsAccessLevel }: OrganizationRelationship): boolean {
  return MailTipsAccessEnabled && MailTipsAccessLevel !== 'None';
}

function sharing(domain: string, relationship: OrganizationRelationship | undefined): Check {
  const check = {
    check: 'sharing.mail-tips',
    expected: `an organization relationship with ${domain} that shares MailTips`,
    reference:
      'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/mailtips/mailtips-over-organization-relationships',
  };
  if (relationship === undefined) return { ...check, outcome: 'failed', actual: 'no enabled relationship' };
  const { Name, MailTipsAccessEnabled, MailTipsAccessLevel, MailTipsAccessScope } = relationship;
  if (!MailTipsAccessEnabled) return { ...check, outcome: 'failed', actual: `${Name}: MailTipsAccessEnabled False` };
  const scope = MailTipsAccessScope === '' ? '' : `; those of mailboxes for members of ${MailTipsAccessScope}`;
  return {
    ...check,
    outcome: isSharing(relationship) ? 'passed' : 'failed',
    actual: `${Name}: MailTipsAccessLevel ${MailTipsAccessLevel}${scope}`,
  };
}
