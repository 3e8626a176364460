import { localMailbox, type Recipient } from '../domain/directory/recipient.ts';
import { readRecipients } from '../domain/directory/recipients.ts';
import { reviewNow } from '../domain/mailbox/recoverable-timer.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { homeServerOf, serverNameOf } from '../domain/organization/servers.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { RecipientType } from '../domain/world/vocabulary.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, requireOneSet, textGiven } from './given.ts';
import {
  defaultPublicMailboxGiven,
  newPublicMailboxParameters,
  newPublicMailboxSettings,
  openPublicMailbox,
  publicMailboxShown,
  removePublicMailbox,
  setPublicMailbox,
  setPublicMailboxParameters,
} from './public-folder/mailbox.ts';
import { archiveShown, disableArchive, enableArchive } from './recipient/archive.ts';
import { mailEnabled, openMailbox } from './recipient/enable.ts';
import { addressGiven, aliasGiven, flag, refuseElsewhere, type SettingChanges, withSettings } from './recipient/mail-settings.ts';
import { accountParameters, checkAccount, newAccount, principalNameGiven } from './recipient/new-account.ts';
import { getRecipients, type RecipientNoun, requireOf } from './recipient/noun.ts';
import { limitsShown, mailboxQuotaParameters, quotaChange, warningShown } from './recipient/quotas.ts';
import { holdsShown, retentionChange, retentionParameters, retentionShown, saysRetention } from './recipient/retention.ts';
import { mailProperties, namesOf, noGuid } from './recipient/shown.ts';
import { disableOf, removeOf, setRecipient } from './recipient/verbs.ts';
import { changeRecipient, createRecipient } from './recipient/write.ts';
import { requireRecipient } from './recipient-identity.ts';
import { policyChange, policyName } from './throttling-policy-association.ts';

const noun: RecipientNoun = {
  noun: 'Mailbox',
  kinds: ['on-premises', 'cloud'],
  types: ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'],
  show,
};

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const { settings, type, enabled, exchangeGuid, samAccountName, userPrincipalName, details } = recipient;
  const [forwarding = ''] = await namesOf(scope, settings.forwardingAddress === undefined ? [] : [settings.forwardingAddress]);
  return {
    MessageCopyForSentAsEnabled: settings.messageCopyForSentAs ?? false,
    MessageCopyForSendOnBehalfEnabled: settings.messageCopyForSendOnBehalf ?? false,
    ...(scope.organization.kind === 'cloud'
      ? { MessageCopyForSMTPClientSubmissionEnabled: settings.messageCopyForSmtpSubmission ?? true }
      : {}),
    DeliverToMailboxAndForward: settings.deliverToMailboxAndForward ?? false,
    ExchangeGuid: exchangeGuid ?? noGuid,
    ForwardingAddress: forwarding,
    ForwardingSmtpAddress: settings.forwardingSmtpAddress === undefined ? '' : `smtp:${settings.forwardingSmtpAddress}`,
    IsMailboxEnabled: true,
    ...(await retentionShown(recipient, scope)),
    ...limitsShown(recipient, scope.organization),
    ResourceCapacity: details['capacity'] === undefined ? null : Number(details['capacity']),
    ResourceType: type === 'RoomMailbox' ? 'Room' : type === 'EquipmentMailbox' ? 'Equipment' : null,
    SamAccountName: samAccountName ?? '',
    AccountDisabled: !enabled,
    ...(scope.organization.kind === 'on-premises' ? { ThrottlingPolicy: await policyName(scope, recipient) } : {}),
    ServerName: serverOf(scope.organization, localMailbox(recipient)).toLowerCase(),
    ...warningShown(recipient, scope.organization),
    UserPrincipalName: userPrincipalName ?? '',
    IsResource: type === 'RoomMailbox' || type === 'EquipmentMailbox',
    IsShared: type === 'SharedMailbox',
    InPlaceHolds: await holdsShown(recipient, scope),
    ...archiveShown(recipient),
    ...(await mailProperties(recipient, scope)),
  };
}

function serverOf(organization: Organization, mailbox: Guid | null): string {
  return mailbox === null ? serverNameOf(organization) : homeServerOf(organization, mailbox);
}

const getMailboxes = getRecipients(noun);
const publicNoun: RecipientNoun = {
  ...noun,
  types: ['PublicFolderMailbox'],
  show: async (recipient, scope) => ({ ...(await show(recipient, scope)), ...publicMailboxShown(recipient) }),
};
const getPublicFolderMailboxes = getRecipients(publicNoun);
const getArbitrationMailboxes = getRecipients({ ...noun, types: ['ArbitrationMailbox'] });
const disableWhole = disableOf(noun);

const kinds = { Shared: 'SharedMailbox', Room: 'RoomMailbox', Equipment: 'EquipmentMailbox' } as const;
const kindParameters = { Shared: 'switch', Room: 'switch', Equipment: 'switch' } as const;
const typeNames = { Regular: 'UserMailbox', ...kinds } as const;

/**
 * `New-Mailbox Ann -UserPrincipalName ann@contoso.test -Password ...`, `Set-Mailbox ann -MailTip ...`: recipients whose
 * mailbox lies in this organisation. `Disable-Mailbox` leaves the account, `Remove-Mailbox` does not; what was in the mailbox
 * stays in the store and is nobody's then: there is no Connect-Mailbox.
 */
export const mailbox = {
  get: {
    ...getMailboxes,
    parameters: { ...getMailboxes.parameters, PublicFolder: 'switch', Arbitration: 'switch' },
    async run(scope, given) {
      requireOneSet(given, [['PublicFolder'], ['Arbitration']]);
      if (given['PublicFolder'] === true) return getPublicFolderMailboxes.run(scope, given);
      return (given['Arbitration'] === true ? getArbitrationMailboxes : getMailboxes).run(scope, given);
    },
  },
  new: {
    kinds: noun.kinds,
    positional: 'Name',
    parameters: { ...accountParameters, ...kindParameters, PublicFolder: 'switch', ...newPublicMailboxParameters },
    required: ['Name'],
    async run(scope, given) {
      const type = typeGiven(given);
      const publicSettings = type === 'PublicFolderMailbox' ? await newPublicMailboxSettings(scope, given) : undefined;
      requirePublic(given, publicSettings !== undefined, Object.keys(newPublicMailboxParameters));
      checkAccount(scope, given);
      const primaryAddress = ownAddress(scope, given);
      const made = await scope.transaction(async (tx) => {
        const account = await newAccount(tx, scope, given, { isPerson: type === 'UserMailbox' });
        const facts = { type, alias: aliasGiven(given), primaryAddress, exchangeGuid: scope.identifiers.guid() };
        const made = await mailEnabled(tx, scope, account, facts);
        // Public folder mailboxes are not in address lists.
        const recipient =
          publicSettings === undefined
            ? made
            : { ...made, settings: withSettings(made.settings, { hiddenFromAddressLists: true, ...publicSettings }) };
        await createRecipient(tx, scope, recipient, (inside, created) =>
          publicSettings === undefined ? openMailbox(inside, scope, created) : openPublicMailbox(inside, scope, created),
        );
        return recipient;
      });
      return [await (publicSettings === undefined ? noun : publicNoun).show(made, scope)];
    },
  },
  enable: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', Alias: 'text', DisplayName: 'text', PrimarySmtpAddress: 'text', ...kindParameters },
      ...{ Archive: 'switch', ArchiveName: 'text' },
    },
    required: ['Identity'],
    async run(scope, given) {
      requireOneSet(given, [
        ['Archive', 'ArchiveName'],
        ['Alias', 'DisplayName', 'PrimarySmtpAddress', ...Object.keys(kinds)],
      ]);
      if (given['Archive'] === true) return [await show(await enableArchive(noun, scope, given), scope)];
      if (given['ArchiveName'] !== undefined) throw cmdletRefusal('bad-parameter', '-ArchiveName needs -Archive.');
      const type = typeGiven(given);
      const primaryAddress = ownAddress(scope, given);
      const account = await requireOf({ types: ['User'] }, scope, String(given['Identity']));
      const made = await scope.transaction(async (tx) => {
        const [still] = await readRecipients(tx, scope.organization.name, [account.guid]);
        if (still?.type !== 'User') throw objectNotFound(scope.organization, String(given['Identity']));
        const facts = { type, alias: aliasGiven(given), primaryAddress, exchangeGuid: scope.identifiers.guid() };
        const displayName = textGiven(given, 'DisplayName') ?? still.displayName;
        return mailEnabled(tx, scope, { ...still, displayName, enabled: type === 'UserMailbox' && still.enabled }, facts);
      });
      const open = (tx: Transaction, changed: Recipient): Promise<void> => openMailbox(tx, scope, changed);
      return [await show(await changeRecipient(scope, account, () => made, open), scope)];
    },
  },
  set: forPublic(
    setPublicMailbox,
    setPublicMailboxParameters,
    setRecipient(noun, {
      parameters: {
        Type: 'text',
        UserPrincipalName: 'text',
        MicrosoftOnlineServicesID: 'text',
        SamAccountName: 'text',
        AccountDisabled: 'boolean',
        ForwardingAddress: 'nullable text',
        ForwardingSmtpAddress: 'nullable text',
        DeliverToMailboxAndForward: 'boolean',
        MessageCopyForSentAsEnabled: 'boolean',
        MessageCopyForSendOnBehalfEnabled: 'boolean',
        MessageCopyForSMTPClientSubmissionEnabled: 'boolean',
        ResourceCapacity: 'integer',
        ThrottlingPolicy: 'nullable text',
        DefaultPublicFolderMailbox: 'nullable text',
        ...mailboxQuotaParameters,
        ...retentionParameters,
      },
      change: mailboxChange,
      async besides(tx, scope, given, { exchangeGuid }) {
        if (saysRetention(given) && exchangeGuid !== null) await reviewNow(tx, exchangeGuid, scope.at);
      },
    }),
  ),
  disable: {
    ...disableWhole,
    parameters: { ...disableWhole.parameters, Archive: 'switch' },
    async run(scope, given) {
      if (given['Archive'] !== true) return disableWhole.run(scope, given);
      await disableArchive(noun, scope, given);
      return [];
    },
  },
  remove: forPublic(removePublicMailbox, { Force: 'switch', PermanentlyDelete: 'switch', Confirm: 'switch' }, removeOf(noun)),
} satisfies Readonly<Record<string, Cmdlet>>;

/** A cmdlet that works on public folder mailboxes where -PublicFolder says so, and takes some parameters for those alone. */
function forPublic(
  work: (noun: RecipientNoun, scope: CmdletScope, given: CmdletParameters) => Promise<void>,
  parameters: Cmdlet['parameters'],
  cmdlet: Cmdlet,
): Cmdlet {
  const own = Object.keys(parameters).filter((name) => cmdlet.parameters[name] === undefined);
  return {
    ...cmdlet,
    parameters: { ...cmdlet.parameters, PublicFolder: 'switch', ...parameters },
    current: async (scope, given) => (given['PublicFolder'] === true ? {} : ((await cmdlet.current?.(scope, given)) ?? {})),
    async run(scope, given) {
      requirePublic(given, given['PublicFolder'] === true, own);
      if (given['PublicFolder'] !== true) return cmdlet.run(scope, given);
      await work(publicNoun, scope, given);
      return [];
    },
  };
}

/** Refuses what public folder mailboxes alone have. */
function requirePublic(given: CmdletParameters, isPublic: boolean, names: readonly string[]): void {
  const found = isPublic ? undefined : names.find((name) => given[name] !== undefined && name !== 'Confirm');
  if (found !== undefined) throw cmdletRefusal('bad-parameter', `-${found} goes with -PublicFolder alone.`);
}

function typeGiven(given: CmdletParameters): RecipientType {
  requireOneSet(given, [['Shared'], ['Room'], ['Equipment'], ['PublicFolder']]);
  if (given['PublicFolder'] === true) return 'PublicFolderMailbox';
  const written = (Object.keys(kinds) as (keyof typeof kinds)[]).find((name) => given[name] === true);
  return written === undefined ? 'UserMailbox' : kinds[written];
}

/** -PrimarySmtpAddress of somebody whose mailbox is here: in an accepted domain. */
function ownAddress({ organization }: CmdletScope, given: CmdletParameters): string | undefined {
  const address = addressGiven(given, 'PrimarySmtpAddress');
  const domain = address?.slice(address.indexOf('@') + 1).toLowerCase();
  if (domain === undefined || organization.domains.includes(domain)) return address;
  throw cmdletRefusal(
    'operation-failed',
    `The domain ${domain} is not an accepted domain of ${organization.name}, which has ${organization.domains.join(', ')}.`,
  );
}

async function mailboxChange(scope: CmdletScope, given: CmdletParameters): Promise<(current: Recipient) => Recipient> {
  const typeName = choiceGiven(given, 'Type', ['Regular', 'Shared', 'Room', 'Equipment'] as const);
  const principalName = principalNameGiven(scope, given);
  const capacity = given['ResourceCapacity'];
  refuseElsewhere(scope.organization, given, { ThrottlingPolicy: 'on-premises', MessageCopyForSMTPClientSubmissionEnabled: 'cloud' });
  const changes = {
    ...(await policyChange(scope, given)),
    ...(await forwardingGiven(scope, given)),
    ...(await defaultPublicMailboxGiven(scope, given)),
    ...flag(given, 'DeliverToMailboxAndForward', 'deliverToMailboxAndForward', false),
    ...flag(given, 'MessageCopyForSentAsEnabled', 'messageCopyForSentAs', false),
    ...flag(given, 'MessageCopyForSendOnBehalfEnabled', 'messageCopyForSendOnBehalf', false),
    ...flag(given, 'MessageCopyForSMTPClientSubmissionEnabled', 'messageCopyForSmtpSubmission', true),
  };
  const retention = await retentionChange(scope, given);
  const quotas = quotaChange(scope, given);
  return (current) => {
    const type = typeName === undefined ? current.type : typeNames[typeName];
    // The account of a shared mailbox or a resource is disabled; converting it back leaves it so (page of Set-Mailbox, -Type).
    const usable = type === current.type || type === 'UserMailbox' ? current.enabled : false;
    if (localMailbox(current) === null) throw objectNotFound(scope.organization, String(given['Identity']));
    return {
      ...current,
      type,
      enabled: typeof given['AccountDisabled'] === 'boolean' ? !given['AccountDisabled'] : usable,
      userPrincipalName: principalName ?? current.userPrincipalName,
      samAccountName: textGiven(given, 'SamAccountName') ?? current.samAccountName,
      details: typeof capacity === 'number' ? { ...current.details, capacity: String(capacity) } : current.details,
      settings: withSettings(current.settings, { ...changes, ...quotas(current.settings), ...retention(current.settings) }),
    };
  };
}

/** -ForwardingAddress is a recipient of the organisation, -ForwardingSmtpAddress any address; `$null` takes either away. */
async function forwardingGiven({ directory, organization }: CmdletScope, given: CmdletParameters): Promise<SettingChanges> {
  const identity = textGiven(given, 'ForwardingAddress');
  const recipient = identity === undefined ? undefined : await requireRecipient(directory(organization.name), organization, identity);
  return {
    ...(given['ForwardingAddress'] === undefined ? {} : { forwardingAddress: recipient?.guid }),
    ...(given['ForwardingSmtpAddress'] === undefined ? {} : { forwardingSmtpAddress: addressGiven(given, 'ForwardingSmtpAddress') }),
  };
}
