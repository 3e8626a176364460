import { configKind } from '../organization/config-kind.ts';
import type { Organization } from '../organization/organization.ts';
import type { Settings } from '../organization/settings.ts';

/** How an organisation's transport deals with messages and writes reports, as Get-TransportConfig shows it; sizes in octets. */
export interface TransportConfig {
  readonly ExternalDelayDsnEnabled: boolean;
  readonly ExternalDsnMaxMessageAttachSize: number | 'unlimited';
  /** '': the organisation's own. */
  readonly ExternalDsnReportingAuthority: string;
  readonly ExternalDsnSendHtml: boolean;
  /** '': postmaster in the default accepted domain. */
  readonly ExternalPostmasterAddress: string;
  readonly InternalDelayDsnEnabled: boolean;
  readonly InternalDsnMaxMessageAttachSize: number | 'unlimited';
  readonly InternalDsnReportingAuthority: string;
  readonly InternalDsnSendHtml: boolean;
  readonly MaxReceiveSize: number | 'unlimited';
  readonly MaxRecipientEnvelopeLimit: number | 'unlimited';
  readonly MaxSendSize: number | 'unlimited';
  /** Nobody signs in to submit mail but where his mailbox says otherwise. Of tenants alone. */
  readonly SmtpClientAuthenticationDisabled: boolean;
}

/** What differs from a new organisation's. */
export const transportConfigs = configKind<Partial<TransportConfig>>('TransportConfig');
export const transportConfigName = 'Transport Settings';

const mebibyte = 1_048_576;

/** Page of Set-TransportConfig, exchange-ps; "Message size and recipient limits", OfficeDocs-Exchange. */
const ofServers: TransportConfig = {
  ExternalDelayDsnEnabled: true,
  ExternalDsnMaxMessageAttachSize: 10 * mebibyte,
  ExternalDsnReportingAuthority: '',
  ExternalDsnSendHtml: true,
  ExternalPostmasterAddress: '',
  InternalDelayDsnEnabled: true,
  InternalDsnMaxMessageAttachSize: 10 * mebibyte,
  InternalDsnReportingAuthority: '',
  InternalDsnSendHtml: true,
  MaxReceiveSize: 10 * mebibyte,
  MaxRecipientEnvelopeLimit: 500,
  MaxSendSize: 10 * mebibyte,
  SmtpClientAuthenticationDisabled: false,
};

/** In a tenant mailboxes have sizes of their own (35 and 36 MB), and a message may have 1000 recipients. */
const ofTenants: TransportConfig = {
  ...ofServers,
  MaxReceiveSize: 36 * mebibyte,
  MaxRecipientEnvelopeLimit: 1_000,
  MaxSendSize: 35 * mebibyte,
};

/** What a new organisation of a kind has. */
export function newTransportConfig({ kind }: Pick<Organization, 'kind'>): TransportConfig {
  return kind === 'cloud' ? ofTenants : ofServers;
}

/** What holds. */
export function transportConfigOf(organization: Pick<Organization, 'kind'>, settings: Settings): TransportConfig {
  return { ...newTransportConfig(organization), ...transportConfigs.get(settings, transportConfigName) };
}
