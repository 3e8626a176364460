/**
 * Why a message does not reach a recipient: the reply that stands in the report, as SMTP would have given it. Codes and texts:
 * OfficeDocs-Exchange, "NDRs and SMTP errors in Exchange Server" and "Email non-delivery reports in Exchange Online"; those
 * of Exchange 2010 as its own pages have them.
 */
export const nonDeliveries = {
  'recipient-not-found': [550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  'recipient-not-found-2010': [550, '5.1.1', 'RESOLVER.ADR.RecipNotFound; not found'],
  'legacy-name-not-found': [
    550,
    '5.1.11',
    'RESOLVER.ADR.ExRecipNotFound; Recipient not found by Exchange Legacy encapsulated email address lookup',
  ],
  'legacy-name-not-found-2010': [550, '5.1.1', 'RESOLVER.ADR.ExRecipNotFound; not found'],
  'address-invalid': [501, '5.1.3', 'RESOLVER.ADR.InvalidAddress; invalid address'],
  'no-target-address': [550, '5.1.0', 'RESOLVER.ADR.BadPrimary; recipient primary SMTP address is missing or invalid'],
  'too-many-hops': [554, '5.4.6', 'Hop count exceeded - possible mail loop'],
  'forwarding-loop': [550, '5.4.6', 'RESOLVER.FWD.Loop; there is a forwarding loop configured in the directory'],
  'sender-not-authenticated': [550, '5.7.1', 'RESOLVER.RST.AuthRequired; authentication required'],
  'sender-not-authorized': [550, '5.7.1', 'RESOLVER.RST.NotAuthorized; not authorized'],
  // The code is that of what policy keeps back; the words are ours.
  'moderators-gone': [550, '5.7.1', 'APPROVAL.NoModerator; no moderator of the recipient could be asked'],
  'message-too-large': [550, '5.3.4', 'ROUTING.SizeLimit; message size exceeds fixed maximum size for route'],
  'message-too-large-for-sender': [550, '5.2.3', 'RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender'],
  'message-too-large-for-recipient': [550, '5.2.3', 'RESOLVER.RST.RecipSizeLimit; message too large for this recipient'],
  'too-many-recipients': [550, '5.5.3', 'RESOLVER.ADR.RecipLimit; too many recipients'],
  // The code and the shape are Exchange's for what its store refuses for good, the last words are ours.
  'folder-gone': [554, '5.2.0', 'STOREDRV.Deliver.Exception:ObjectNotFoundException; the public folder does not exist'],
  'mailbox-full': [554, '5.2.2', 'mailbox full'],
  'message-expired': [550, '4.4.7', 'QUEUE.Expired; message expired'],
  'message-delayed': [400, '4.4.7', 'Message delayed'],
} as const satisfies Readonly<Record<string, readonly [code: number, status: string, text: string]>>;

export type NonDeliveryReason = keyof typeof nonDeliveries;

/** The reply of a reason: `550 5.1.10 RESOLVER.ADR.RecipientNotFound; ...`. */
export function nonDeliveryReply(reason: NonDeliveryReason): string {
  return nonDeliveries[reason].join(' ');
}
