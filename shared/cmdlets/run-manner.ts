import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { changedList, choiceGiven, refusePrompt } from './given.ts';
import { type Bindable, type Bound, isListChange } from './parameter-binder.ts';

/**
 * What every cmdlet takes (about_CommonParameters); `-ErrorVariable`, `-OutVariable` and the like are not among them here.
 * `-Verbose` and `-Debug` are taken and no cmdlet has more to say.
 */
const common = {
  Verbose: 'switch',
  Debug: 'switch',
  ErrorAction: 'text',
  WarningAction: 'text',
  InformationAction: 'text',
} as const;

/** What cmdlets that change something take besides. */
const riskMitigation = { WhatIf: 'switch', Confirm: 'switch' } as const;

const aliases: Readonly<Record<string, string>> = {
  vb: 'Verbose',
  db: 'Debug',
  ea: 'ErrorAction',
  wa: 'WarningAction',
  infa: 'InformationAction',
};
const riskAliases: Readonly<Record<string, string>> = { wi: 'WhatIf', cf: 'Confirm' };

/** `Suspend` and `Break` belong to workflows and debuggers. Nobody answers an inquiry here. */
const actions = ['Continue', 'SilentlyContinue', 'Ignore', 'Stop'] as const;
type Action = (typeof actions)[number];

/** A cmdlet with the common parameters. Those of MSOnline have no risk mitigation, as their pages show. */
export function withCommonParameters(name: string, cmdlet: Cmdlet): Bindable {
  const changes = !/^get-|-msol/i.test(name);
  return {
    ...cmdlet,
    common: changes ? { ...common, ...riskMitigation } : common,
    aliases: changes ? { ...aliases, ...riskAliases } : aliases,
  };
}

/** How a cmdlet is to be run, apart from what it is given. */
export interface RunManner {
  readonly whatIf: boolean;
  readonly errorAction: Action;
  readonly warningAction: Action;
}

/** Takes the common parameters out of what was written. Refuses with `bad-parameter`, a prompt too. */
export function mannerOf({ parameters }: Cmdlet, written: Bound): { readonly manner: RunManner; readonly own: Bound } {
  const common: CmdletParameters = Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => (isListChange(value) ? [] : [[name, value] as const])),
  );
  refusePrompt(common);
  choiceGiven(common, 'InformationAction', actions);
  return {
    manner: {
      whatIf: common['WhatIf'] === true,
      errorAction: choiceGiven(common, 'ErrorAction', actions) ?? 'Continue',
      warningAction: choiceGiven(common, 'WarningAction', actions) ?? 'Continue',
    },
    own: Object.fromEntries(Object.entries(written).filter(([parameter]) => Object.hasOwn(parameters, parameter))),
  };
}

/**
 * Runs a cmdlet once in the manner that is asked. With `-WhatIf` it is not run: what it would do is said, and the object is
 * not looked for. `-ErrorAction SilentlyContinue` and `Ignore` pass over a refusal; `Stop` and `Continue` alike end the line.
 */
export async function runInManner(
  name: string,
  cmdlet: Cmdlet,
  { whatIf, errorAction, warningAction }: RunManner,
  scope: CmdletScope,
  bound: Bound,
): Promise<readonly CmdletObject[]> {
  if (whatIf) {
    // CommandBaseStrings.resx, ShouldProcessWhatIfMessage and ShouldProcessMessage
    scope.say(`What if: Performing the operation "${name}" on target "${targetOf(cmdlet, scope, bound)}".`);
    return [];
  }
  try {
    const given = await withLists(name, cmdlet, scope, bound);
    return await cmdlet.run(warningAction === 'Continue' ? scope : { ...scope, warn: (text) => warned(warningAction, text) }, given);
  } catch (error) {
    if (error instanceof Refusal && (errorAction === 'SilentlyContinue' || errorAction === 'Ignore')) return [];
    throw error;
  }
}

function warned(action: Action, text: string): void {
  if (action !== 'Stop') return;
  // ErrorPackage.resx, ActionPreferenceStop
  const why = 'The running command stopped because the preference variable "WarningPreference" or common parameter is set to Stop:';
  throw cmdletRefusal('operation-failed', `${why} ${text}`);
}

/** What identifies the object: the positional parameter, else the first mandatory one. */
function targetOf({ positional, required }: Cmdlet, { organization }: CmdletScope, bound: Bound): string {
  const told = [positional, ...required].map((parameter) => (parameter === undefined ? undefined : bound[parameter]));
  return String(told.find((value) => typeof value === 'string' || Array.isArray(value)) ?? organization.name);
}

/** Every `@{Add=...; Remove=...}` made a whole list. Refuses with `bad-parameter` where there is no list to change. */
async function withLists(name: string, cmdlet: Cmdlet, scope: CmdletScope, bound: Bound): Promise<CmdletParameters> {
  const entries = Object.entries(bound);
  const whole = Object.fromEntries(entries.flatMap(([parameter, value]) => (isListChange(value) ? [] : [[parameter, value] as const])));
  if (!entries.some(([, value]) => isListChange(value))) return whole;
  const isNew = /^new-/i.test(name);
  const current = isNew ? {} : await cmdlet.current?.(scope, whole);
  const changed = entries.flatMap(([parameter, value]) => {
    if (!isListChange(value)) return [];
    const before = current?.[parameter] ?? (isNew ? [] : undefined);
    if (before === undefined)
      throw cmdletRefusal('bad-parameter', `-${parameter} of ${name} takes a whole list here, not what to add and to remove.`);
    return [[parameter, changedList(before, value)] as const];
  });
  return { ...whole, ...Object.fromEntries(changed) };
}
