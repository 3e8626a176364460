import type { EraName } from '../../domain/world/vocabulary.ts';
import type { Topology } from '../topology.ts';

/** Something that somebody does to a world. */
export type Step =
  /** A cmdlet line as an administrator types it; with `refused` it is refused, and with `keeps` later lines have its first object: `{{app.ObjectId}}`. */
  | {
      readonly at: string;
      readonly line: string;
      readonly refused?: string;
      readonly keeps?: string;
      /** What takes it back, where it is nothing that is configured; of the moment before. */
      readonly undo?: { readonly at: string; readonly line: string };
    }
  /** How far somebody's clocks are from world time. */
  | { readonly skew: string; readonly byMs: number }
  | { readonly era: EraName; readonly of: string }
  /** World time goes by; that is never taken back. */
  | { readonly passes: string }
  /** A rule that stands for what happens outside of the organisations: a firewall, a device, another product. */
  | { readonly fault: FaultOrder }
  | 'lift faults'
  | OutsideAct;

/** A fault rule as `POST /_coexist/v1/faults` takes it, without its id. */
export interface FaultOrder {
  readonly match: { readonly svc?: string; readonly org?: string; readonly host?: string; readonly op?: string };
  readonly seam?: string;
  readonly effect: { readonly kind: string; readonly [parameter: string]: unknown };
  readonly after?: number;
}

/** What no line of the shell does: somebody goes past Exchange, or Microsoft's services change. */
export type OutsideAct =
  /** A certificate is deleted in the console of the machine. */
  | { readonly outside: 'delete-certificate'; readonly of: string; readonly thumbprint: string }
  /** Years have gone by: the certificate is the same but for its dates, which are over. */
  | { readonly outside: 'let-certificate-expire'; readonly of: string; readonly thumbprint: string }
  /** A certificate and its key come from an authority of the company's own. */
  | { readonly outside: 'import-company-certificate'; readonly of: string; readonly host: string; readonly friendlyName: string }
  /** The authentication service has another key, and Exchange Online alone hears of it. */
  | { readonly outside: 'roll-keys' };

/** What a misconfiguration is made by in a world, and what its administrators do about it; both as the world is before. */
export interface Played {
  readonly broken: readonly Step[];
  /** What somebody does about it who does not know `coexist topology fix`; none: it lies in what stands between, or no cmdlet does it. */
  readonly mended: readonly Step[];
}

/** One way in which a misconfiguration comes about. */
export interface Variant {
  readonly how: string;
  /** Refuses with a {@link TopologyRefusalCode} where the world has not what it takes. */
  play(topology: Topology): Played;
  /** Why no configuration shows it; absent: `lint` finds it. */
  readonly unseen?: string;
  /** Kinds of configuration object that people change who mend it by themselves: all of them are as they were when it is fixed. */
  readonly watched?: readonly string[];
  /** Other misconfigurations that it is besides, which `lint` finds as well. */
  readonly also?: readonly string[];
}

/** Something that `lint` has found. */
export interface Finding {
  readonly organization: string;
  /** What is wrong: an object as cmdlets name it, a host, a clock. */
  readonly object: string;
  readonly says: string;
}

/** A mistake that administrators make, or one that others make for them: state that cmdlets put wrong, or behaviour of what stands between. */
export interface Misconfiguration {
  /** By which support engineers know it. */
  readonly id: string;
  readonly title: string;
  /** What administrators see; in Microsoft's words where there are some. */
  readonly symptom: string;
  /** Response codes and location ids (`LID: 47652`) that come with it, as the tests of each variant show. */
  readonly codes?: readonly string[];
  /** Who has published it, or that nobody has. */
  readonly source: string;
  /** Where it shows before anybody complains. */
  readonly notice: string;
  readonly remedy: string;
  /** By name, the usual one first. None: it is no state of a world, and `shownBy` says how it is seen all the same. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly shownBy?: string;
  /** Pure; absent where no variant can be seen. */
  lint?(topology: Topology): readonly Finding[];
}

/** One cmdlet breaks it with some parameters, and mends it with others. */
export function set(at: string, cmdlet: string, broken: string, mended: string): Played {
  return { broken: [{ at, line: `${cmdlet} ${broken}` }], mended: [{ at, line: `${cmdlet} ${mended}` }] };
}

/** Something in between, or another product, behaves so. */
export function between(fault: FaultOrder): Played {
  return { broken: [{ fault }], mended: ['lift faults'] };
}

/** Why faults on the wire are seen by nobody who looks at configuration. */
export const onTheWire =
  'It lies between the servers: no configuration of theirs has it. The journal shows the call that failed (coexist trace ls).';

/** A text as PowerShell takes it whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A step as people read it: a line of the shell, a `coexist` command, or what happens. */
export function stepText(step: Step): string {
  if (step === 'lift faults') return 'coexist fault rm <its rules>';
  if ('line' in step) return `[PS] ${step.at}> ${step.line}`;
  if ('skew' in step) return `coexist clock skew ${step.skew} ${step.byMs / 1_000}s`;
  if ('era' in step) return `coexist era ${step.of} ${step.era}`;
  if ('passes' in step) return `coexist clock advance ${step.passes}`;
  if ('fault' in step) return `coexist fault add '${JSON.stringify(step.fault)}'`;
  switch (step.outside) {
    case 'delete-certificate':
      return `${step.of}: certlm.msc, delete the certificate ${step.thumbprint}`;
    case 'let-certificate-expire':
      return `${step.of}: the time of the certificate ${step.thumbprint} runs out`;
    case 'import-company-certificate':
      return `${step.of}: certlm.msc, import a certificate for ${step.host} that the company's own authority has issued`;
    case 'roll-keys':
      return 'coexist keys stage, publish, activate the new one, retire the old one';
  }
}
