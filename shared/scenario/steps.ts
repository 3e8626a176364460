/** The words of `given` and `when`, and what each of them takes. */
export interface Steps {
  readonly cmdlet: CmdletStep;
  /** A broken topology, by its id. */
  readonly break: string | BreakStep;
  readonly fix: string;
  /** A fault rule, as the control port takes it. */
  readonly fault: Readonly<Record<string, unknown>>;
  /** Takes fault rules away. */
  readonly lift: 'faults';
  readonly clock: ClockStep;
  /** By tenant. */
  readonly era: Readonly<Record<string, string | number>>;
  /** The authentication service gets new keys; Exchange Online hears of it at once. */
  readonly keys: 'rollover';
  readonly autodiscover: AutodiscoverStep;
  readonly ews: EwsStep;
  readonly freeBusy: AboutStep & { readonly hanging?: string | undefined };
  readonly mailTips: AboutStep;
  readonly find: FindStep;
  readonly send: SendStep;
  readonly meet: MeetStep;
  readonly smtp: SmtpStep;
  readonly token: TokenStep;
  readonly move: MoveStep;
  readonly run: RunStep;
  readonly await: AwaitStep;
}
export type Word = keyof Steps;

/** One way in which a topology is broken, and whom it is about. */
export interface BreakStep {
  readonly id: string;
  readonly variant?: string | undefined;
  readonly user?: string | undefined;
  /** Nobody is told what it is; no word of a file, but of a blind exercise. */
  readonly hidden?: true | undefined;
}

/** A line of the Exchange Management Shell, as `administrator@<default domain>` types it unless somebody else does. */
export interface CmdletStep {
  readonly at: string;
  readonly line: string;
  readonly as?: string | undefined;
}

export interface ClockStep {
  readonly advance?: string | undefined;
  readonly set?: string | undefined;
  /** By organisation, or azure-auth. */
  readonly skew?: Readonly<Record<string, string>> | undefined;
}

/** Who calls, where, and by what. */
export interface CallerStep {
  /** Mail address; nobody: without credentials. */
  readonly as?: string | undefined;
  /** The organisation whose EWS is called; that of the caller's mailbox. */
  readonly at?: string | undefined;
  /** `oauth` in a tenant, `basic` elsewhere; `token`: what a step `token` got last. */
  readonly by?: 'basic' | 'ntlm' | 'oauth' | 'token' | undefined;
  readonly password?: string | undefined;
  /** Acts as somebody else, by an address. */
  readonly impersonating?: string | undefined;
}

export interface EwsStep extends CallerStep {
  /** The element inside the SOAP body; `m` and `t` are declared. */
  readonly request: string;
}

export interface AboutStep extends CallerStep {
  readonly of: string;
}

export interface FindStep extends CallerStep {
  readonly folder?: string | undefined;
  readonly subject?: string | undefined;
}

export interface SendStep extends CallerStep {
  readonly to: string;
  readonly subject: string;
  readonly text?: string | undefined;
}

export interface MeetStep extends CallerStep {
  readonly subject: string;
  readonly start: string;
  readonly end: string;
  readonly with?: readonly string[] | undefined;
}

export interface AutodiscoverStep {
  readonly as: string;
  /** Whose settings; the caller's. */
  readonly mail?: string | undefined;
  readonly password?: string | undefined;
  /** `pox` goes from the domain on and follows redirections; `soap` asks `host` alone. */
  readonly by?: 'pox' | 'soap' | undefined;
  readonly host?: string | undefined;
}

export interface SmtpStep {
  /** The organisation whose port 25 is called. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly tls?: boolean | undefined;
}

export interface TokenStep {
  /** The form of a token endpoint of the tenant. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly at?: string | undefined;
  /** An order of `coexist token mint`. */
  readonly mint?: Readonly<Record<string, unknown>> | undefined;
}

export interface MoveStep {
  /** Alias. */
  readonly who: string;
  readonly to: 'cloud' | 'on-premises';
  readonly password?: string | undefined;
  /** Further parameters of New-MoveRequest. */
  readonly more?: string | undefined;
}

/** A program of the user's own, started beside the scenario file with the lab's environment. */
export interface RunStep {
  readonly command: readonly string[];
  readonly input?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly timeout?: string | undefined;
  /** Expected exit code; 0. */
  readonly exit?: number | undefined;
}

/** Waits, in world time, for one of these. */
export interface AwaitStep {
  readonly hop?: HopPattern | undefined;
  readonly mail?: { readonly of: string; readonly subject: string; readonly at?: string | undefined } | undefined;
  /** Until something waits there that says this; without `says`, until nothing waits. */
  readonly queue?: { readonly at: string; readonly says?: string | undefined } | undefined;
  readonly move?: { readonly at: string; readonly who: string; readonly status: string } | undefined;
  /** Until what a line answers says this. */
  readonly cmdlet?: (CmdletStep & { readonly says: string }) | undefined;
  /** At most so long. */
  readonly within?: string | undefined;
  /** In strides of so long. */
  readonly every?: string | undefined;
}

/** An exchange as the journal has it; what is not named may be anything. */
export interface HopPattern {
  readonly org?: string | undefined;
  readonly svc?: string | undefined;
  readonly op?: string | undefined;
  readonly host?: string | undefined;
  readonly target?: string | undefined;
  readonly caller?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly outcome?: string | undefined;
  /** `incoming`: what a service answered; `outgoing`: what it asked. */
  readonly direction?: 'incoming' | 'outgoing' | undefined;
}
