import type { Recipient } from '../domain/directory/recipient.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { requireOf } from './recipient/noun.ts';
import { addAccess, entriesOf, removeAccess, rightsGiven, trusteeGiven, trusteeName } from './recipient/permissions.ts';
import { identityOf } from './recipient/shown.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];
const everybody = { types: recipientTypes };
const parameters = { Identity: 'text', User: 'text', ExtendedRights: 'list' } as const;
const taken = { SendAs: 'SendAs' } as const;

/** `Add-ADPermission Info -User mary -ExtendedRights "Send As"`: who may send as a recipient, on-premises; no other right is kept. */
export const adPermission = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', User: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      const only = textGiven(given, 'User') === undefined ? undefined : await trusteeGiven(scope, given, 'User');
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
    required: ['Identity', 'User', 'ExtendedRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'ExtendedRights', taken);
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      const trustee = await trusteeGiven(scope, given, 'User');
      await addAccess(scope, owner, trustee, right);
      return [shown(scope, owner, trustee, false)];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'User', 'ExtendedRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'ExtendedRights', taken);
      const owner = await requireOf(everybody, scope, String(given['Identity']));
      await removeAccess(scope, owner, await trusteeGiven(scope, given, 'User'), right);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function shown(scope: CmdletScope, owner: Recipient, trustee: Recipient, inherited: boolean): CmdletObject {
  const who = { Identity: identityOf(owner), User: trusteeName(scope, trustee) };
  return { ...who, Deny: false, Inherited: inherited, AccessRights: ['ExtendedRight'], ExtendedRights: ['Send-As'] };
}
