import { kindOf, type MoveRequest } from '../../domain/migration/move-request.ts';
import { getMoveRequest, moveRequestOf } from '../../domain/migration/move-requests.ts';
import { parseGuid } from '../../kernel/ids.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { recipientOrNobody } from '../mailbox-identity.ts';
import { requireRecipient } from '../recipient-identity.ts';

/** The request that an identity names: that of a person, in any way in which a recipient is named, or the request's own GUID. One that is being removed is none. */
export async function requireMoveRequest(scope: CmdletScope, identity: string): Promise<MoveRequest> {
  const { organization, transaction, directory } = scope;
  const guid = parseGuid(identity);
  const person = await recipientOrNobody(requireRecipient(directory(organization.name), organization, identity));
  const found = await transaction(
    async (tx) =>
      (person === undefined ? undefined : await moveRequestOf(tx, organization.name, person.guid)) ??
      (guid === undefined ? undefined : await getMoveRequest(tx, { organization: organization.name, guid })),
  );
  if (found === undefined || kindOf(found) !== 'Mailbox' || found.terms.canceled)
    throw cmdletRefusal('object-not-found', `There is no move request for '${identity}'.`);
  return found;
}
