import type { SignedInWizard, WizardRequest } from '../../shared/cmdlets/hybrid/wizard.ts';
import type { Variables } from '../../shared/cmdlets/pipeline/statement.ts';
import type { EraName } from '../../shared/domain/world/vocabulary.ts';
import type { Holds } from '../../shared/faults/holds.ts';
import type { Journal } from '../../shared/journal/journal.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Outcome } from '../../shared/scenario/outcome.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { InsideControl } from './inside-control.ts';
import type { KeyControl } from './key-control.ts';
import type { LabsControl } from './labs-control.ts';
import type { SnapshotControl } from './snapshot-control.ts';
import type { TokenControl } from './token-control.ts';
import type { TopologyControl } from './topology-control.ts';

/** What the control port shows and drives. The composition root passes it in. */
export interface AdminContext {
  readonly info: LabInfo;
  readonly journal: Pick<
    Journal,
    'open' | 'find' | 'trace' | 'outline' | 'exchange' | 'traceIds' | 'subscribe' | 'watchOpened' | 'tally' | 'pending' | 'lost'
  >;
  readonly clock: ClockControl;
  readonly faults: FaultControl;
  /** Breakpoints and what waits at them; throws a Refusal in a lab where nothing can be held. */
  holds(): Omit<Holds, 'hold' | 'left' | 'letGo' | 'clear'>;
  readonly cmdlets: CmdletControl;
  /** Signs in on both sides; throws a Refusal whose detail says who was not let in. */
  wizard(asked: WizardRequest): Promise<SignedInWizard>;
  readonly eras: EraControl;
  readonly signIns: SignInControl;
  /** Loaded with the first request that needs them. */
  tokens(): Promise<TokenControl>;
  keys(): Promise<KeyControl>;
  topology(): Promise<TopologyControl>;
  labs(): Promise<LabsControl>;
  inside(): Promise<InsideControl>;
  /** Loaded with the first request that needs it. */
  worlds(): Promise<WorldsControl>;
  snapshots(): Promise<SnapshotControl>;
  stories(): Promise<StoryControl>;
  /** What is still awaited before the lab is ready (`listeners`, `seed` ...); empty once it is. */
  pending(): readonly string[];
  services(): readonly ServiceState[];
  /** `host`: by which whoever asks has come to the control port; this machine's, where it is absent. */
  endpoints(host?: string): EndpointsDocument;
  /** The https ports under which clients outside reach the organisations and `azure-auth`, told after start; returns when they are advertised. */
  publish(ports: ReadonlyMap<string, number>): Promise<void>;
  /** The CA's certificate, PEM. */
  caPem(): string;
  /** Puts the world back to its seed, by that of another time where one is given; returns when every service has it. */
  reset(to: 'seed', at?: Instant, keep?: readonly 'breakpoints'[]): Promise<void>;
  /**
   * Resolves when no mail is on its way and no move can go on: what waits for a time to come waits on. The number of the last exchange that
   * has closed then; 0: there was none.
   */
  settled(): Promise<number>;
  /** Returns when all processes that share the lab know what has been changed; absent where there is one. */
  applied?(): Promise<void>;
  /** Begins to drain; returns at once. */
  shutdown(): void;
}

/** What does not change while the lab runs. */
export interface LabInfo {
  readonly version: string;
  readonly pid: number;
  /** Name of the world. */
  readonly world: string;
  /** Era of the cloud as the lab started; null in a world without one. */
  readonly era: string | null;
  readonly seed: string;
  readonly startedAt: Instant;
  readonly dataDir: string;
  /** Where the state is written when the lab ends; null when it is not. */
  readonly exportDir: string | null;
}

export interface ServiceState {
  readonly name: string;
  readonly state: 'starting' | 'running' | 'stopping';
  /** Where it is reached, if it has an address of its own. */
  readonly url: string | null;
}

/** The world clock. Each change returns when all timers that it made due have run. */
export interface ClockControl {
  state(): ClockState;
  /** Stops time, at `at` or where it stands. */
  freeze(at?: Instant): Promise<ClockChange>;
  /** Moves time to `at`, forth or back; a frozen clock stays frozen, any other goes on from there. */
  set(at: Instant): Promise<ClockChange>;
  /** Moves time forth by a positive duration. */
  advance(durationMs: number): Promise<ClockChange>;
  /** Back to the machine's time. */
  resume(): Promise<ClockChange>;
  /** How far the servers of one organisation, or of `azure-auth`, are from world time; throws a Refusal for an organisation that the world has not. */
  skew(organization: string, skewMs: number): Promise<ClockChange>;
}

export interface ClockState {
  readonly mode: 'real' | 'offset' | 'frozen';
  readonly now: Instant;
  /** By organisation; those without skew may be left out. */
  readonly skewMs: Readonly<Record<string, number>>;
  /** True while timers that a change made due still run. */
  readonly advancing: boolean;
  /** Whether time passes by itself: not while it is frozen, nor while a hop is held. */
  readonly running: boolean;
}

export interface ClockChange {
  /** The timers that ran, in their order. */
  readonly fired: readonly { readonly id: string; readonly kind: string; readonly due: Instant }[];
}

/** The Exchange Management Shell of the world's organisations. */
export interface CmdletControl {
  /** Runs a cmdlet line and answers what came of it once the change is applied; throws a Refusal whose detail is the shell's text. */
  run(
    line: string,
    organization: string,
    as?: string,
    variables?: Variables,
  ): Promise<{
    readonly objects: readonly object[];
    readonly view?: object;
    readonly assigned?: object;
    readonly warnings: readonly string[];
    readonly messages: readonly string[];
    readonly trace: string;
  }>;
}

/** The eras of the world's tenants. */
export interface EraControl {
  /** By tenant, in the order of the world. */
  current(): Promise<Readonly<Record<string, { readonly era: EraName; readonly title: string }>>>;
  /** Returns once every service sees it; throws a Refusal for an organisation that is no tenant of the world. */
  set(organization: string, era: EraName): Promise<void>;
}

/** Worlds beside the lab's own. */
export interface WorldsControl {
  list(): readonly WorldView[];
  /** Returns when the world is ready, with all that is given in it; throws a Refusal when it cannot be had. */
  open(order: WorldOrder): Promise<WorldView>;
  /** Returns when it has ended; false when there is no such world. */
  remove(id: string): Promise<boolean>;
}

/** A world to be; what is left out is as of a lab that starts without flags. */
export interface WorldOrder {
  /** The name of one that ships, or what stands in a world file. */
  readonly world?: string | Readonly<Record<string, unknown>> | undefined;
  readonly era?: EraName | undefined;
  readonly seed?: string | undefined;
  /** `real`, `offset:+30d` or `frozen@2026-11-01T09:00Z`. */
  readonly clock?: string | undefined;
  readonly realNames?: boolean | undefined;
  readonly given?:
    | {
        readonly faults?: readonly object[] | undefined;
        readonly cmdlets?:
          | readonly { readonly organization: string; readonly line: string; readonly as?: string | undefined }[]
          | undefined;
      }
    | undefined;
}

export interface WorldView {
  readonly id: string;
  /** Null for one that was given whole. */
  readonly world: string | null;
  /** As ordered; null: the world's own. */
  readonly era: EraName | null;
  readonly seed: string | null;
  readonly endpoints: EndpointsDocument;
}

/** Stories that fit the running world. */
export interface StoryControl {
  list(): readonly StoryView[];
  /**
   * Tells one in the lab, which is put back to its seed before; the clock stands where the story leaves it. Throws a Refusal for
   * a story or an era that there is not, and while another one is told.
   */
  play(id: string, era: string | null): Promise<PlayedStory>;
}

export interface StoryView {
  readonly id: string;
  /** Its suite. */
  readonly area: string;
  readonly name: string;
  readonly teaches: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly eras: readonly string[];
  /** World time at its start, ISO 8601. */
  readonly clock: string;
  readonly steps: readonly { readonly part: 'given' | 'when'; readonly word: string; readonly of: unknown }[];
}

/** How a story ended; `mismatches` say where it was not true. */
export interface PlayedStory extends Outcome {
  readonly id: string;
  readonly name: string;
  readonly era: string | null;
}

/** Users who sign in at the authentication service. Both throw a Refusal for a user or a code that there is not. */
export interface SignInControl {
  /** The code that a user's authenticator shows, and until when. */
  authenticationCode(userName: string): Promise<{ readonly user: string; readonly code: string; readonly until: Instant }>;
  /** Signs a user in for the device that shows a code, or declines. */
  decideDevice(userCode: string, decision: { readonly user: string; readonly approve: boolean }): Promise<void>;
}

/** The fault rules in force. */
export interface FaultControl {
  /** Rules in the order in which they are tried. */
  list(): readonly FaultView[];
  /** Checks a rule as JSON has it and adds it behind the others; throws a Refusal whose detail says what is wrong with it. */
  add(rule: unknown): FaultView;
  /** False when there is no such rule. */
  remove(id: string): boolean;
  clear(): void;
}

/** A rule as JSON: what was added, with its id and how often it was met. */
export interface FaultView {
  readonly id: string;
  readonly [member: string]: unknown;
}
