import { relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { ExternalCall } from '../context.ts';
import { crossOrganizationNotAllowed } from '../elsewhere/failure.ts';
import { complaintOf, notSupported } from '../failures.ts';
import { recipientPlace } from '../recipient-place.ts';
import { type PhotoAnswer, type PhotoRequest, photoAt } from './photo.ts';

/**
 * GetUserPhoto for people of other organisations, where the relationship with their domain shares photographs. The code of
 * the refusal is inferred. A mailbox that lies elsewhere is refused, as its free/busy is.
 */
export async function externalUserPhoto(call: ExternalCall, request: PhotoRequest): Promise<PhotoAnswer> {
  const { context, organization, exchange } = call;
  const check = sharing(call);
  exchange.judged(judge([check]));
  if (check.outcome === 'failed') return errorMessage('ErrorAccessDenied');
  if (request.TypeRequested === 'ProfileHeaderPhoto') throw notSupported('ProfileHeaderPhoto');
  const place = await recipientPlace(context.directory(organization.name), organization, { Address: request.Email });
  if (place.is === 'elsewhere' && place.isKnown) {
    const { code, text } = crossOrganizationNotAllowed(place.address);
    return errorMessage(code, { text });
  }
  try {
    const { octets } = await photoAt(context.store.read, place, request.SizeRequested);
    return { class: 'Success', HasChanged: true, PictureData: octets };
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    return { class: 'Error', ...complaint };
  }
}

function sharing({ settings, external }: ExternalCall): Check {
  const check = {
    check: 'sharing.photos',
    expected: `an organization relationship with ${external.domain} that shares photographs`,
    reference: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-organizationrelationship',
  };
  const relationship = relationshipFor(settings, external.domain);
  if (relationship === undefined) return { ...check, outcome: 'failed', actual: 'no enabled relationship' };
  const { Name, PhotosEnabled } = relationship;
  return { ...check, outcome: PhotosEnabled ? 'passed' : 'failed', actual: `${Name}: PhotosEnabled ${PhotosEnabled ? 'True' : 'False'}` };
}
