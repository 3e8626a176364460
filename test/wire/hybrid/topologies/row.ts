import type { MintOrder } from '../../../../shared/bridges/authority/mint-ground.ts';
import type { Party, Person, Step, tokenDoors } from './lab.ts';

/** What is asked while a topology is broken, and again when it is whole. */
export type Asked =
  /**
   * Free/busy information, by somebody's own client: Exchange asks the other organisation. `hangingMs`: of the world's time, which
   * passes while a rule holds the question up.
   */
  | { readonly is: 'free/busy'; readonly as: Person; readonly whom: Person | 'nobody'; readonly hangingMs?: number }
  | { readonly is: 'MailTips'; readonly as: Person; readonly whom: Person }
  /** A message from somebody's mailbox, to an address of somebody's; without it to the primary one. */
  | { readonly is: 'mail'; readonly as: Person; readonly whom: Person; readonly to?: string }
  /** Somebody's inbox, with a token that the control port mints; the defect is the break. */
  | { readonly is: 'a token'; readonly at: keyof typeof tokenDoors; readonly kind: MintOrder['kind']; readonly defect?: string }
  /** What an administrator runs to see what is wrong. */
  | { readonly is: 'a cmdlet'; readonly at: Party; readonly line: string };

/** What administrators see. */
export interface Symptom {
  /** Response code of the entry; of a token the HTTP status; of a cmdlet `refused` or `answered`; of mail `returned` or `waiting`. */
  readonly code: string;
  /** Each of them stands in the text: MessageText; `x-ms-diagnostics` and fault; refusal, objects and warnings; a queue's error, a report. */
  readonly says: readonly (string | RegExp)[];
  readonly lid?: number;
}

/** A topology that is broken on purpose, and who notices. */
export interface BrokenTopology {
  /** Of the misconfiguration; several rows may show one. */
  readonly id: string;
  /** What of it is seen. */
  readonly how: string;
  /** How it is broken; absent: it lies in the question, or somebody `does` it. */
  readonly variant?: string;
  /** Address of whom it befalls. */
  readonly user?: string;
  /** What no variant does: it lies in a mailbox. */
  readonly does?: { readonly broken: readonly Step[]; readonly fixed: readonly Step[] };
  /** What has to be so for this to be seen, and how that ends. */
  readonly first?: readonly { readonly done: Step; readonly undone: Step }[];
  /** What is waited for once it is fixed. */
  readonly later?: readonly Step[];
  readonly asked: Asked;
  readonly symptom: Symptom;
  /** The checks that failed, `organization/service check`; what asks for a challenge fails none. All that there are. */
  readonly failed: readonly string[];
  /** What the authentication service was asked for on the way, where that is all that is seen; nothing of it once it is mended. */
  readonly tokens?: readonly string[];
  /** The lines of other organisations' servers in the log of the one that is asked, `path status.substatus`. All that there are. */
  readonly log?: { readonly of: Party; readonly iis: readonly string[]; readonly httpProxy?: readonly string[] };
  /** The code that comes in the end, where it is not the usual one. */
  readonly mended?: string;
}

export const autodiscover = '/autodiscover/autodiscover.svc';
export const ews = '/EWS/Exchange.asmx';
export const discovery = (mail: string): string => `Autodiscover failed for email address ${mail} with error `;
export const proxied = 'Proxy web request failed. , inner exception: ';

/** Free/busy, the same way every time: a partner asks by a delegation token, the tenant by OAuth. */
export const patAsksMary = { is: 'free/busy', as: 'pat', whom: 'mary' } as const;
export const joeAsksMary = { is: 'free/busy', as: 'joe', whom: 'mary' } as const;
export const maryAsksJoe = { is: 'free/busy', as: 'mary', whom: 'joe' } as const;

/** The address of EWS is known: Autodiscover is not asked before. */
export const directly = {
  done: { at: 'fabrikam', line: `Set-OrganizationRelationship Contoso -TargetSharingEpr https://mail.contoso.test${ews}` },
  undone: { at: 'fabrikam', line: 'Set-OrganizationRelationship Contoso -TargetSharingEpr $null' },
} as const;
