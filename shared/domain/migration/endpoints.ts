import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';
import type { SealedCredential } from './move-request.ts';

/** How an IMAP server is reached. */
export interface ImapServer {
  readonly port: number;
  /** TLS from the first octet, by STARTTLS, or none. */
  readonly security: 'Ssl' | 'Tls' | 'None';
  readonly authentication: 'Basic';
}

/** How the mailboxes behind an RPC proxy are reached (Outlook Anywhere). */
export interface AnywhereServer {
  /** The server as the proxy knows it: a name, or since Exchange 2013 a mailbox with its domain. */
  readonly exchangeServer: string;
  readonly authentication: 'Basic' | 'NTLM';
  /** By which right the account opens mailboxes: as an administrator of all, or with full access to each. */
  readonly mailboxPermission: 'Admin' | 'FullAccess';
  /** The mailbox that the account was tried with, by its address or its legacyExchangeDN. */
  readonly emailAddress: string;
  readonly legacyDn: string | null;
}

/** How migrations reach another organisation. */
export interface MigrationEndpoint {
  readonly name: string;
  readonly guid: Guid;
  readonly type: 'ExchangeRemoteMove' | 'IMAP' | 'ExchangeOutlookAnywhere' | 'PublicFolder';
  /** The host with MRSProxy, the IMAP server, or the RPC proxy. */
  readonly remoteServer: string;
  /** Autodiscover told the host. */
  readonly useAutodiscover: boolean;
  /** Of IMAP nobody's: each row of a list has an account of its own. */
  readonly credential: SealedCredential;
  /** Of the type IMAP alone. */
  readonly imap?: ImapServer;
  /** Of the type ExchangeOutlookAnywhere alone. */
  readonly anywhere?: AnywhereServer;
  /** Null: without limit. */
  readonly maxConcurrentMigrations: number | null;
  readonly maxConcurrentIncrementalSyncs: number | null;
  readonly created: number;
  readonly modified: number;
}

export const migrationEndpoints = configKind<MigrationEndpoint>('MigrationEndpoint');

/** Defaults and bounds of endpoints (page of New-MigrationEndpoint; "Manage the maximum concurrent migration batches", OfficeDocs-Support). */
export const endpointLimits = { migrations: 100, incrementalSyncs: 20, mostOfType: 300 } as const;
