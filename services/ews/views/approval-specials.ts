import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { readVerbStream } from '../../../shared/domain/mailbox/verb-stream.ts';
import { approvalClasses, approvalProperties } from '../../../shared/domain/mailflow/approvals.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { ItemSource, SpecialField } from './item-source.ts';

/** Special fields of messages that ask for a decision or a vote. */
export const approvalSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  ApprovalRequestData: { needs: Object.values(approvalProperties), read: approvalData },
  VotingInformation: { needs: [named.verbStream, named.verbResponse], read: votingInformation },
};

/** Of requests alone; what has expired is decided by nobody. */
function approvalData({ row }: ItemSource): unknown {
  if (row.class.toLowerCase() !== approvalClasses.request.toLowerCase()) return undefined;
  const [decision, maker, time] = (['decision', 'maker', 'time'] as const).map((name) => itemProperty(row, approvalProperties[name]));
  return {
    IsUndecidedApprovalRequest: decision === undefined && time === undefined,
    ...(typeof decision === 'number' ? { ApprovalDecision: decision } : {}),
    ...(typeof maker === 'string' ? { ApprovalDecisionMaker: maker } : {}),
    ...(typeof time === 'number' ? { ApprovalDecisionTime: time } : {}),
  };
}

/** Which words stand for SendBehavior (MS-OXOMSG 2.2.1.74.1) is inferred. */
const prompts = { 1: 'Send', 2: 'VotingOption' } as const;

function votingInformation({ row }: ItemSource): unknown {
  const stream = itemProperty(row, named.verbStream);
  const VotingResponse = itemProperty(row, named.verbResponse);
  const options = typeof stream === 'string' ? readVerbStream(stream) : [];
  if (options.length === 0 && VotingResponse === undefined) return undefined;
  const VotingOptionData = options.map(({ name, sendBehavior }) => ({ DisplayName: name, SendPrompt: prompts[sendBehavior] }));
  return {
    ...(options.length === 0 ? {} : { UserOptions: { VotingOptionData } }),
    ...(VotingResponse === undefined ? {} : { VotingResponse }),
  };
}
