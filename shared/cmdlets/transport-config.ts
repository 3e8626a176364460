import { newTransportConfig, transportConfigName, transportConfigs } from '../domain/mailflow/transport-config.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { boolean, limit, type PropertyTable, parametersOf, shownProperties, size, text, valuesGiven } from './property-table.ts';

const domain = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const address = /^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

/** By name, as Get-TransportConfig lists them; what nothing here depends on is not there. */
const table: PropertyTable = {
  ExternalDelayDsnEnabled: boolean(true),
  ExternalDsnMaxMessageAttachSize: size(0),
  ExternalDsnReportingAuthority: text('', domain),
  ExternalDsnSendHtml: boolean(true),
  ExternalPostmasterAddress: text('', address),
  InternalDelayDsnEnabled: boolean(true),
  InternalDsnMaxMessageAttachSize: size(0),
  InternalDsnReportingAuthority: text('', domain),
  InternalDsnSendHtml: boolean(true),
  MaxReceiveSize: size(0),
  MaxRecipientEnvelopeLimit: limit(0),
  MaxSendSize: size(0),
  SmtpClientAuthenticationDisabled: boolean(false),
};

/** Page of Set-TransportConfig: these are parameters of servers only. */
const onPremises = ['ExternalDsnMaxMessageAttachSize', 'InternalDsnMaxMessageAttachSize', 'MaxReceiveSize', 'MaxSendSize'];
/** And this one of tenants only. */
const ofTenantsOnly = ['SmtpClientAuthenticationDisabled'];
/** What a message of a tenant may have at most, whatever is set (same page). */
const mostOfTenants = 1_000;

/** `Set-TransportConfig -MaxSendSize 25MB`: how the organisation's transport deals with messages and writes reports. */
export const transportConfig = {
  get: {
    kinds: ['on-premises', 'cloud'],
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      const stored = await transaction((tx) => transportConfigs.find(tx, organization.name, transportConfigName));
      const value = { Name: transportConfigName, ...newTransportConfig(organization), ...stored?.value };
      const foreign = organization.kind === 'cloud' ? [] : ofTenantsOnly;
      const own = Object.fromEntries(Object.entries(table).filter(([name]) => !foreign.includes(name)));
      const shown = shownProperties(own, value, {});
      return [{ ...shown, Name: transportConfigName, Identity: transportConfigName }];
    },
  },
  set: {
    kinds: ['on-premises', 'cloud'],
    parameters: parametersOf(table),
    required: [],
    async run({ organization, transaction, at }, given) {
      requireOfKind(organization, Object.keys(given));
      const change = valuesGiven(table, given);
      const most = change['MaxRecipientEnvelopeLimit'];
      if (organization.kind === 'cloud' && typeof most === 'number' && most > mostOfTenants)
        throw cmdletRefusal('bad-parameter', `-MaxRecipientEnvelopeLimit takes at most ${mostOfTenants} here, not ${most}.`);
      await transaction(async (tx) => {
        const stored = await transportConfigs.find(tx, organization.name, transportConfigName);
        if (stored === undefined) await transportConfigs.create(tx, organization.name, transportConfigName, change, at);
        else await transportConfigs.replace(tx, stored, { ...stored.value, ...change }, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function requireOfKind({ kind }: Organization, given: readonly string[]): void {
  const foreign = given.find((name) => (kind === 'cloud' ? onPremises : ofTenantsOnly).includes(name));
  if (foreign === undefined) return;
  const missing = `A parameter cannot be found that matches parameter name '${foreign}'.`;
  const there = kind === 'cloud' ? 'in on-premises Exchange' : 'in the cloud-based service';
  throw cmdletRefusal('bad-parameter', `${missing} It is available only ${there}.`);
}
