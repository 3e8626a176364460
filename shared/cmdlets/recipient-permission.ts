import type { Recipient } from '../domain/directory/recipient.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { requireOf } from './recipient/noun.ts';
import { addAccess, entriesOf, removeAccess, rightsGiven, trusteeGiven, trusteeName } from './recipient/permissions.ts';
import { identityOf } from './recipient/shown.ts';

const kinds: Cmdlet['kinds'] = ['cloud'];
const everybody = { types: recipientTypes.filter((type) => type !== 'User') };
const parameters = { Identity: 'text', Trustee: 'text', AccessRights: 'list' } as const;
const taken = { SendAs: 'SendAs' } as const;

/** `Add-RecipientPermission info -Trustee joe -AccessRights SendAs`: who may send as a recipient, in the cloud. */
export const recipientPermission = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Trustee: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      const only = textGiven(given, 'Trustee') === undefined ? undefined : await trusteeGiven(scope, given, 'Trustee');
      const entries = await entriesOf(scope, owner, 'SendAs');
      return entries
        .filter(({ trustee }) => only === undefined || trustee.guid === only.guid)
        .map(({ entry, trustee }) => shown(scope, owner, trustee, entry.inherited));
    },
  },
  add: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'Trustee', 'AccessRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'AccessRights', taken);
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      const trustee = await trusteeGiven(scope, given, 'Trustee');
      await addAccess(scope, owner, trustee, right);
      return [shown(scope, owner, trustee, false)];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'Trustee', 'AccessRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'AccessRights', taken);
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      await removeAccess(scope, owner, await trusteeGiven(scope, given, 'Trustee'), right);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function shown(scope: CmdletScope, owner: Recipient, trustee: Recipient, inherited: boolean): CmdletObject {
  const Trustee = trusteeName(scope, trustee);
  return { Identity: identityOf(owner), Trustee, AccessControlType: 'Allow', AccessRights: ['SendAs'], IsInherited: inherited };
}
