import { configKind } from '../organization/config-kind.ts';

/** What a property of a connector holds: sizes in octets, times in seconds, 'unlimited' where there is no limit. */
export type ConnectorValue = string | boolean | number | readonly string[];

/** A connector as it is kept: its name, and what differs from a new one. */
export type Connector = Readonly<Record<string, ConnectorValue>> & { readonly Name: string };

/** Of an organisation's servers, on-premises; by name. */
export const sendConnectors = configKind<Connector>('SendConnector');
export const receiveConnectors = configKind<Connector>('ReceiveConnector');
/** Of a tenant; by name. */
export const inboundConnectors = configKind<Connector>('InboundConnector');
export const outboundConnectors = configKind<Connector>('OutboundConnector');
