import type { TokenCache } from '../bridges/hybrid/token-cache.ts';
import type { Directory } from '../domain/directory/directory.ts';
import type { NetworkFacts } from '../domain/organization/dns-zones.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Organizations } from '../domain/organization/registry.ts';
import type { Settings } from '../domain/organization/settings.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Instant } from '../kernel/clock.ts';
import type { OpenExchange, WizardLine, WizardLog } from '../kernel/exchange.ts';
import type { Guid, Identifiers } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { CertificateRequest } from '../net/certificate-request.ts';
import type { Dialer } from '../net/dialer.ts';
import type { SelfSignedCertificate } from '../net/self-signed.ts';
import type { ReachImap } from './migration/imap-server.ts';
import type { AskPublicFolders, OpenMrsProxy } from './migration/mrs-proxy.ts';

/** What a cmdlet works on and with: an organisation, at a moment of its time. */
export interface CmdletScope {
  readonly organization: Organization;
  readonly organizations: Organizations;
  readonly at: Instant;
  /** `work` holds calls of the store only. Several may follow each other; what one has committed stays when the next fails. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Not to be used inside a transaction. */
  directory(organization: string): Directory;
  /** Not to be used inside a transaction. `''`: the authentication service's own. */
  settings(organization: string): Promise<Settings>;
  /**
   * Not to be used inside a transaction. While a world is seeded it answers metadata documents alone, made from what is
   * seeded; any other name is unknown then.
   */
  readonly dialer: Pick<Dialer, 'https'>;
  /** Asks the MRSProxy of another organisation who it is; not to be used inside a transaction. Absent while a world is seeded. */
  readonly openMrsProxy?: OpenMrsProxy;
  readonly askPublicFolders?: AskPublicFolders;
  /** The same with an IMAP server. */
  readonly reachImap?: ReachImap;
  /** A new RSA key with its certificate; `notBefore` and `notAfter` in world time. */
  selfSigned(request: {
    readonly subject: string;
    readonly notBefore: Instant;
    readonly notAfter: Instant;
  }): Promise<SelfSignedCertificate>;
  /** A new RSA key with a request for its certificate. `subject`: a distinguished name (`CN=...`); `names`: DNS names. */
  certificateRequest(request: { readonly subject: string; readonly names: readonly string[] }): Promise<CertificateRequest>;
  /** Tokens that the organisations' servers hold for each other. */
  readonly tokens: TokenCache;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  /** Where the servers of the world are: what its name server tells. */
  readonly network: NetworkFacts;
  /** Says what the administrator should know although the cmdlet succeeds: PowerShell's warnings. */
  warn(text: string): void;
  /** Says what the host shows beside objects and warnings, such as what a cmdlet would do with `-WhatIf`. */
  say(text: string): void;
  /** What causes the cmdlet, where that is recorded: the parent of its calls. */
  readonly trace: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined;
  /** Keeps what the Hybrid Configuration wizard tells; absent where that is not recorded. */
  readonly wizardLog?: (kind: WizardLog['kind'], line: Omit<WizardLine, 'at'>) => WizardLine;
}

/** One cmdlet: where it exists, what it takes, what it does. */
export interface Cmdlet {
  /** Kinds of organisation whose shell has it. */
  readonly kinds: readonly Organization['kind'][];
  /** Name of the parameter that a bare word stands for, where there is one. */
  readonly positional?: string;
  /** Name of a text parameter that bare words behind it go on: a thumbprint in pairs of digits. */
  readonly continued?: string;
  readonly parameters: Readonly<Record<string, ParameterType>>;
  readonly required: readonly string[];
  /**
   * The lists of the object that it changes, by the names of their parameters: what `@{Add='x'; Remove='y'}` adds to and
   * removes from. `run` is given whole lists always. Without it such a table is refused; a New- cmdlet begins with none.
   */
  current?(scope: CmdletScope, given: CmdletParameters): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Whose object an `-Identity` says that it is, where that is no recipient and no folder of one. */
  ownerOf?(identity: string): Guid | undefined;
  /** Answers objects in the order in which the shell shows them, or none. */
  run(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]>;
}

/**
 * A `switch` is true by being there; a `boolean` always has a value. `nullable` ones and a `list` take `$null`, which is
 * null or no members. A `date` is an {@link Instant}; what is written without a zone is UTC. A `credential` is what
 * `Get-Credential` answers, written here as a hash table of UserName and Password. `octets` are a list of bytes
 * (`[Byte[]]`) or a text in base64; it holds the latter.
 */
export type ParameterType =
  | 'text'
  | 'nullable text'
  | 'boolean'
  | 'nullable boolean'
  | 'switch'
  | 'list'
  | 'date'
  | 'integer'
  | 'credential'
  | 'octets';

/** An account with its password, PowerShell's PSCredential. */
export interface PSCredential {
  readonly UserName: string;
  readonly Password: string;
}

/**
 * What a parameter holds: a text, a boolean, a number (`integer`, `date`), a list's members, a credential's UserName and
 * Password, or null where it may be.
 */
export type ParameterValue = string | boolean | number | readonly string[] | null;

/** Parameters under their full names, checked against {@link Cmdlet.parameters}; one that was not written is absent. */
export type CmdletParameters = Readonly<Record<string, ParameterValue>>;

/** An object that a cmdlet answers: its properties in the order in which the shell shows them. */
export type CmdletObject = Readonly<Record<string, ShownValue>>;

/** A moment leaves the shell as ISO 8601 text, an object within an object as JSON. */
export type ShownValue = string | number | boolean | Date | null | readonly ShownValue[] | { readonly [property: string]: ShownValue };

/**
 * Why a cmdlet line is refused: it cannot be read (`bad-line`), no such cmdlet is built (`unknown-cmdlet`), it does not
 * exist for this kind of organisation (`not-available`), its parameters do not fit (`bad-parameter`), it names an object
 * that does not exist (`object-not-found`) or one that exists already (`object-exists`), what it asks cannot be done as
 * things stand (`operation-failed`), or there is no such shell (`unknown-organization`, `unknown-user`). The
 * detail is meant for whoever wrote the line.
 */
export type CmdletRefusalCode =
  | 'bad-line'
  | 'unknown-cmdlet'
  | 'not-available'
  | 'bad-parameter'
  | 'object-not-found'
  | 'object-exists'
  | 'operation-failed'
  | 'unknown-organization'
  | 'unknown-user';

/** A refusal of a cmdlet line. */
export function cmdletRefusal(code: CmdletRefusalCode, detail: string): Refusal<CmdletRefusalCode> {
  return new Refusal(code, { detail });
}
