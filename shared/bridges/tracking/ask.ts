import { relationshipFor } from '../../domain/trust/organization-relationships.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { dialException } from '../../net/dial-words.ts';
import type { Contract } from '../../protocols/ews/contract-type.ts';
import type { ResponseMessage } from '../../protocols/ews/response-message.ts';
import { chooseWay } from '../hybrid/choose-way.ts';
import { openWay } from '../hybrid/open-way.ts';
import type { TrackingGround, TrackingTrouble } from './ground.ts';

/** What another organisation says, or why it says nothing. */
export type Heard<Answer> = { readonly answer: Answer & { readonly class: 'Success' } } | { readonly trouble: TrackingTrouble };

/**
 * Whether delivery reports are shared with the organisation that has a domain: both sides of the relationship must say so
 * (page of Set-OrganizationRelationship), whatever way the question takes.
 */
export function sharesReports({ settings }: Pick<TrackingGround, 'settings'>, domain: string): boolean {
  return relationshipFor(settings, domain)?.DeliveryReportEnabled === true;
}

/** Asks the organisation of a mailbox, over the wire, by the way that its configuration chooses. Never refuses. */
export async function askAcross<Request, Payload>(
  { settings, across }: Pick<TrackingGround, 'settings' | 'across'>,
  address: string,
  contract: Contract<Request, ResponseMessage<Payload>>,
  request: Request,
): Promise<Heard<ResponseMessage<Payload>>> {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const trouble = (text: string): { readonly trouble: TrackingTrouble } => ({ trouble: { domain, text } });
  const { way: chosen } = chooseWay(settings, domain, { byAddressSpace: false });
  if (across === undefined || chosen === undefined) return trouble(`Nothing leads to ${domain}.`);
  try {
    const way = openWay(chosen, across);
    const [url] = await way.locate([address]);
    if (typeof url !== 'string') return trouble(url === undefined ? `No address for ${domain}.` : wordsOf(url));
    const result = await way.call(url, contract, request);
    if (result.is === 'fault') return trouble(`${url}: ${result.fault.text}`);
    if (result.is === 'http') return trouble(`${url}: HTTP status ${result.status}`);
    if (result.is !== 'answer') return trouble(`${url}: the answer cannot be read`);
    const { response } = result;
    return response.class === 'Success' ? { answer: response } : trouble(`${url}: ${response.ResponseCode}`);
  } catch (error) {
    if (error instanceof Refusal) return trouble(wordsOf(error));
    throw error;
  }
}

function wordsOf(refusal: Refusal): string {
  return dialException(refusal) ?? refusal.detail ?? refusal.code;
}
