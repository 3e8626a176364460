import type { Organization } from '../domain/organization/organization.ts';
import { type SharingPolicy, setupPolicy, sharingActions, sharingPolicies } from '../domain/organization/sharing-policies.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { textGiven } from './given.ts';

const noun: ObjectNoun<SharingPolicy> = {
  noun: 'SharingPolicy',
  kinds: ['on-premises', 'cloud'],
  objects: sharingPolicies,
  name: ({ Name }) => Name,
  show: ({ Name, Domains, Enabled, Default }) => ({ Domains, Enabled, Default, Name, Identity: Name }),
};

/** `New-SharingPolicy Fabrikam -Domains "fabrikam.test: CalendarSharingFreeBusyDetail"`: kept and shown. */
export const sharingPolicy = {
  get: {
    ...getObject(noun),
    async run(scope, given) {
      const isThere = await scope.transaction((tx) => hasAny(tx, scope.organization));
      if (isThere) return getObject(noun).run(scope, given);
      const identity = textGiven(given, 'Identity') ?? setupPolicy.Name;
      // What is not kept yet is found by its name all the same; any other is refused in the usual words.
      return identity.toLowerCase() === setupPolicy.Name.toLowerCase()
        ? [noun.show(setupPolicy, scope.at)]
        : getObject(noun).run(scope, given);
    },
  },
  new: kept(
    newObject(noun, {
      parameters: { Name: 'text', Domains: 'list', Enabled: 'boolean', Default: 'switch' },
      required: ['Name', 'Domains'],
      make: (_scope, given) => ({ Name: String(given['Name']), Domains: [], Enabled: true, Default: false, ...written(given) }),
      check: onlyDefault,
    }),
  ),
  set: kept(
    setObject(noun, {
      parameters: { Name: 'text', Domains: 'list', Enabled: 'boolean', Default: 'switch' },
      change: (_current, _scope, given) => written(given),
      check: onlyDefault,
    }),
  ),
  remove: kept(removeObject(noun, requireOther)),
} satisfies Readonly<Record<string, Cmdlet>>;

/** Before anything is changed Setup's policy is written down. */
function kept(cmdlet: Cmdlet): Cmdlet {
  return {
    ...cmdlet,
    async run(scope, given) {
      await scope.transaction(async (tx) => {
        if (await hasAny(tx, scope.organization)) return;
        await sharingPolicies.create(tx, scope.organization.name, setupPolicy.Name, setupPolicy, scope.at);
      });
      return cmdlet.run(scope, given);
    },
  };
}

async function hasAny(tx: Transaction, { name }: Organization): Promise<boolean> {
  return (await sharingPolicies.list(tx, name)).length > 0;
}

function written(given: CmdletParameters): Partial<SharingPolicy> {
  const domains = given['Domains'];
  return {
    ...(textGiven(given, 'Name') === undefined ? {} : { Name: textGiven(given, 'Name') ?? '' }),
    ...(Array.isArray(domains) ? { Domains: (domains as readonly string[]).map(domainOf) } : {}),
    ...(given['Enabled'] === undefined ? {} : { Enabled: given['Enabled'] === true }),
    ...(given['Default'] === true ? { Default: true } : {}),
  };
}

/** `contoso.test: CalendarSharingFreeBusyDetail, ContactsSharing` as it is kept. */
function domainOf(text: string): string {
  const colon = text.indexOf(':');
  const domain = text.slice(0, Math.max(0, colon)).trim();
  const actions = text
    .slice(colon + 1)
    .split(',')
    .map((word) => sharingActions.find((action) => action.toLowerCase() === word.trim().toLowerCase()));
  if (!/^(\*|Anonymous|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i.test(domain) || domain.length > 255 || actions.includes(undefined)) {
    const known = sharingActions.join(', ');
    throw cmdletRefusal(
      'bad-parameter',
      `-Domains takes "domain: action" with actions of ${known}, not ${JSON.stringify(text.slice(0, 320))}.`,
    );
  }
  return `${domain}:${actions.join(', ')}`;
}

/** A policy that becomes the default one takes that from the other. */
async function onlyDefault(
  value: SharingPolicy,
  { organization, at }: CmdletScope,
  tx: Transaction,
  before?: SharingPolicy,
): Promise<void> {
  if (!value.Default || before?.Default === true) return;
  for (const stored of await sharingPolicies.list(tx, organization.name)) {
    if (stored.value.Default) await sharingPolicies.replace(tx, stored, { ...stored.value, Default: false }, at);
  }
}

function requireOther({ Name, Default }: SharingPolicy): Promise<void> {
  if (!Default) return Promise.resolve();
  // Our wording.
  throw cmdletRefusal('operation-failed', `'${Name}' is the default sharing policy: make another one the default before it is removed.`);
}
