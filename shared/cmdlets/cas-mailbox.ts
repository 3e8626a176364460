import type { Recipient } from '../domain/directory/recipient.ts';
import { type ClientProtocol, clientProtocols } from '../domain/directory/recipient-settings.ts';
import { type EwsApplicationRules, noApplicationRules } from '../domain/organization/ews-applications.ts';
import type { Cmdlet, CmdletObject, CmdletParameters } from './cmdlet.ts';
import { listsOf } from './config-object.ts';
import { applicationRuleParameters, applicationRulesGiven } from './ews-application-rules.ts';
import { type SettingChanges, withSettings } from './recipient/mail-settings.ts';
import { getRecipients, type RecipientNoun, requireOf } from './recipient/noun.ts';
import { identityOf, nameOf } from './recipient/shown.ts';
import { changeRecipient } from './recipient/write.ts';

const noun: RecipientNoun = {
  noun: 'CASMailbox',
  kinds: ['on-premises', 'cloud'],
  types: ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'],
  show: (recipient) => Promise.resolve(show(recipient)),
};

const switches: Readonly<Record<string, ClientProtocol>> = {
  ActiveSyncEnabled: 'ActiveSync',
  OWAEnabled: 'OWA',
  PopEnabled: 'Pop',
  ImapEnabled: 'Imap',
  MAPIEnabled: 'MAPI',
};

function show(recipient: Recipient): CmdletObject {
  const closed = recipient.settings.closedProtocols ?? [];
  return {
    ...Object.fromEntries(Object.entries(switches).map(([parameter, protocol]) => [parameter, !closed.includes(protocol)])),
    // Null: as the organisation has it (page of Set-CASMailbox).
    SmtpClientAuthenticationDisabled: closed.includes('SmtpClientAuthentication') || (recipient.settings.mayAlwaysSubmit ? false : null),
    // Null as long as nobody has said anything (page of Set-CASMailbox, -EwsEnabled).
    EwsEnabled: closed.includes('EWS') ? false : null,
    ...noApplicationRules,
    ...recipient.settings.ewsApplications,
    DisplayName: recipient.displayName,
    PrimarySmtpAddress: recipient.primaryAddress,
    LegacyExchangeDN: recipient.legacyDn,
    Identity: identityOf(recipient),
    Name: nameOf(recipient),
    Guid: recipient.guid,
  };
}

/** `Set-CASMailbox mary -EwsEnabled $false`: by which protocols a mailbox may be used. Of them only EWS and submission exist here. */
export const casMailbox = {
  get: getRecipients(noun),
  set: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      EwsEnabled: 'nullable boolean',
      SmtpClientAuthenticationDisabled: 'nullable boolean',
      ...applicationRuleParameters,
      ...Object.fromEntries(Object.keys(switches).map((name) => [name, 'boolean'] as const)),
    },
    required: ['Identity'],
    current: async (scope, given) =>
      listsOf({ ...noApplicationRules, ...(await requireOf(noun, scope, String(given['Identity']))).settings.ewsApplications }),
    async run(scope, given) {
      const rules = applicationRulesGiven(given);
      const found = await requireOf(noun, scope, String(given['Identity']));
      await changeRecipient(scope, found, (current) => {
        const closed = clientProtocols.filter((protocol) => isClosed(current, protocol, given));
        const closedProtocols = closed.length === 0 ? undefined : closed;
        const ewsApplications = rulesAfter(current.settings.ewsApplications, rules);
        const submission = submissionGiven(given);
        return { ...current, settings: withSettings(current.settings, { closedProtocols, ewsApplications, ...submission }) };
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** What is said of applications afterwards; undefined: nothing. */
function rulesAfter(
  before: Partial<EwsApplicationRules> = {},
  change: Partial<EwsApplicationRules>,
): Partial<EwsApplicationRules> | undefined {
  const said = Object.entries({ ...before, ...change }).filter(
    ([, value]) => value !== null && (!Array.isArray(value) || value.length > 0),
  );
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** `$false` goes before what the organisation says, `$null` leaves it to that. */
function submissionGiven({ SmtpClientAuthenticationDisabled: isDisabled }: CmdletParameters): SettingChanges {
  return isDisabled === undefined ? {} : { mayAlwaysSubmit: isDisabled === false ? true : undefined };
}

function isClosed({ settings }: Recipient, protocol: ClientProtocol, given: CmdletParameters): boolean {
  const told: Partial<Readonly<Record<ClientProtocol, boolean>>> = {
    ...(given['EwsEnabled'] === undefined ? {} : { EWS: given['EwsEnabled'] === false }),
    ...(given['SmtpClientAuthenticationDisabled'] === undefined
      ? {}
      : { SmtpClientAuthentication: given['SmtpClientAuthenticationDisabled'] === true }),
    ...Object.fromEntries(
      Object.entries(switches).flatMap(([parameter, one]) => (given[parameter] === undefined ? [] : [[one, given[parameter] === false]])),
    ),
  };
  return told[protocol] ?? settings.closedProtocols?.includes(protocol) ?? false;
}
