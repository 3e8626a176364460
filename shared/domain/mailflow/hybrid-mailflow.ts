import { configKind } from '../organization/config-kind.ts';

/** Mail between a tenant and its organisation on-premises, as tenants of Exchange 2010's time were told of it. */
export interface HybridMailflow {
  readonly SecureMailEnabled: boolean;
  /** Mail of the tenant to anybody goes by way of the organisation on-premises. */
  readonly CentralizedTransportEnabled: boolean;
  /** The host on-premises that takes mail; '' : none. */
  readonly OnPremisesFQDN: string;
  readonly CertificateSubject: string;
  readonly InboundIPs: readonly string[];
  readonly OutboundDomains: readonly string[];
}

export const newHybridMailflow: HybridMailflow = {
  ...{ SecureMailEnabled: false, CentralizedTransportEnabled: false, OnPremisesFQDN: '', CertificateSubject: '' },
  ...{ InboundIPs: [], OutboundDomains: [] },
};

/** In a tenant; one object. */
export const hybridMailflows = configKind<HybridMailflow>('HybridMailflow');
export const hybridMailflowName = 'Hybrid Mailflow';
