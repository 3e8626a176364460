import { applicationAccessPolicyNames, type EwsApplicationRules } from '../domain/organization/ews-applications.ts';
import type { CmdletParameters } from './cmdlet.ts';
import { choiceGiven, plainGiven } from './given.ts';

/** Rules for client applications, of an organisation and of a mailbox. */
export const applicationRuleParameters = {
  EwsAllowEntourage: 'nullable boolean',
  EwsAllowMacOutlook: 'nullable boolean',
  EwsAllowOutlook: 'nullable boolean',
  EwsApplicationAccessPolicy: 'nullable text',
  EwsAllowList: 'list',
  EwsBlockList: 'list',
} as const;

/** Those rules that were written. */
export function applicationRulesGiven(given: CmdletParameters): Partial<EwsApplicationRules> {
  const policy = choiceGiven(given, 'EwsApplicationAccessPolicy', applicationAccessPolicyNames) ?? null;
  const plainly = plainGiven<EwsApplicationRules>(given, applicationRuleParameters);
  return given['EwsApplicationAccessPolicy'] === undefined ? plainly : { ...plainly, EwsApplicationAccessPolicy: policy };
}
