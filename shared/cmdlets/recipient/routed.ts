import { withFurther } from '../../domain/directory/proxy-addresses.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { readRecipients } from '../../domain/directory/recipients.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { textGiven } from '../given.ts';
import { mailEnabled } from './enable.ts';
import { addressGiven, aliasGiven } from './mail-settings.ts';
import { accountParameters, checkAccount, newAccount } from './new-account.ts';
import { type RecipientNoun, requireOf } from './noun.ts';
import { type Change, changeRecipient, createRecipient } from './write.ts';

/** Recipients with an account whose mailbox is elsewhere: which parameter says where, and what they are. */
export interface Routing {
  readonly parameter: 'ExternalEmailAddress' | 'RemoteRoutingAddress';
  /** Switches that make another type of it. */
  readonly switches: Readonly<Record<string, RecipientType>>;
  readonly usual: RecipientType;
  /** Where mail goes when nothing was said; undefined: it has to be said. */
  usualAddress(scope: CmdletScope, alias: string): string | undefined;
}

const switchesOf = ({ switches }: Routing): Readonly<Record<string, ParameterType>> =>
  Object.fromEntries(Object.keys(switches).map((name) => [name, 'switch'] as const));

/** `New-<noun>`: account and routing in one. */
export function newRouted(noun: RecipientNoun, routing: Routing): Cmdlet {
  return {
    kinds: noun.kinds,
    positional: 'Name',
    parameters: { ...accountParameters, [routing.parameter]: 'text', ...switchesOf(routing) },
    required: ['Name'],
    async run(scope, given) {
      const type = typeGiven(routing, given);
      checkAccount(scope, given);
      const primaryAddress =
        addressGiven(given, 'PrimarySmtpAddress') ?? (noun.noun === 'MailUser' ? outsideAddress(scope, given) : undefined);
      const made = await scope.transaction(async (tx) => {
        const account = await newAccount(tx, scope, given, { isPerson: type === routing.usual });
        const alias = aliasGiven(given);
        const named = await mailEnabled(tx, scope, account, { type, alias, primaryAddress });
        const recipient = targeted(named, requireTarget(scope, routing, given, named.alias));
        await createRecipient(tx, scope, recipient);
        return recipient;
      });
      return [await noun.show(made, scope)];
    },
  };
}

/** `Enable-<noun> [-Identity] <account>`: an account that Exchange does nothing for gets addresses and a way elsewhere. */
export function enableRouted(noun: RecipientNoun, routing: Routing): Cmdlet {
  return {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      Alias: 'text',
      DisplayName: 'text',
      PrimarySmtpAddress: 'text',
      [routing.parameter]: 'text',
      ...switchesOf(routing),
    },
    required: ['Identity'],
    async run(scope, given) {
      const { organization } = scope;
      const type = typeGiven(routing, given);
      const primaryAddress = addressGiven(given, 'PrimarySmtpAddress');
      const account = await requireOf({ types: ['User'] }, scope, String(given['Identity']));
      const made = await scope.transaction(async (tx) => {
        const [still] = await readRecipients(tx, organization.name, [account.guid]);
        if (still?.type !== 'User') throw objectNotFound(organization, String(given['Identity']));
        const displayName = textGiven(given, 'DisplayName') ?? still.displayName;
        const named = await mailEnabled(tx, scope, { ...still, displayName }, { type, alias: aliasGiven(given), primaryAddress });
        return targeted(named, requireTarget(scope, routing, given, named.alias));
      });
      return [await noun.show(await changeRecipient(scope, account, () => made), scope)];
    },
  };
}

/** What the routing parameter of a Set- changes: the old way stays among the addresses. */
export function routingChange({ parameter }: Pick<Routing, 'parameter'>, given: CmdletParameters): Change {
  const address = addressGiven(given, parameter);
  return (current) => (address === undefined ? current : targeted(current, address));
}

/** The address elsewhere is a proxy address too: mail to it is recognised. */
export function targeted(recipient: Recipient, address: string): Recipient {
  return { ...recipient, targetAddress: address, addresses: withFurther(recipient.addresses, [`smtp:${address}`]) };
}

function typeGiven({ switches, usual }: Routing, given: CmdletParameters): RecipientType {
  const written = Object.keys(switches).filter((name) => given[name] === true);
  if (written.length > 1)
    throw cmdletRefusal('bad-parameter', `These do not go together: ${written.map((name) => `-${name}`).join('; ')}.`);
  return switches[written[0] ?? ''] ?? usual;
}

/** A mail user is known by its address outside, unless it is told to have one of ours (page of New-MailUser). */
function outsideAddress({ organization }: CmdletScope, given: CmdletParameters): string | undefined {
  return organization.kind === 'cloud' ? addressGiven(given, 'ExternalEmailAddress') : undefined;
}

function requireTarget(scope: CmdletScope, routing: Routing, given: CmdletParameters, alias: string): string {
  const address = addressGiven(given, routing.parameter) ?? routing.usualAddress(scope, alias);
  if (address !== undefined) return address;
  throw cmdletRefusal('bad-parameter', `Cannot process command because of one or more missing mandatory parameters: ${routing.parameter}.`);
}
