import { assignmentsHeld, type RoleGround } from '../../../shared/bridges/access/role-holders.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { RoleName } from '../../../shared/domain/organization/management-roles.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';

/** Where mailboxes of the organisation are searched and held, by somebody who has the role. Refuses with ErrorAccessDenied. */
export async function discoveryGround(call: EwsCall, role: RoleName): Promise<RoleGround> {
  const { context, organization, caller } = call;
  const ground = { organization, settings: await context.settings(organization.name), directory: context.directory(organization.name) };
  const held = await assignmentsHeld(caller.recipient, ground);
  if (!held.some(({ Role }) => Role.toLowerCase() === role.toLowerCase()))
    throw ewsRefusal('ErrorAccessDenied', { detail: `${caller.primarySmtpAddress} does not have the role ${role}` });
  return ground;
}

/** The recipient that a request names by legacy DN (ReferenceId), SMTP address or GUID, if it has a mailbox here. */
export async function mailboxNamed(directory: Directory, name: string): Promise<Recipient | undefined> {
  const guid = parseGuid(name);
  const found =
    (await directory.byLegacyDn(name)) ??
    (name.includes('@') ? await directory.byAddress(name) : undefined) ??
    (guid === undefined ? undefined : ((await directory.byGuid(guid)) ?? (await directory.byExchangeGuid(guid))));
  return found !== undefined && localMailbox(found) !== null ? found : undefined;
}
