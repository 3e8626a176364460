import type { MoveRequest } from '../domain/migration/move-request.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { requireMoveRequest } from './move-request/identity.ts';
import { reportShown, skippedItemsShown, wholeReport } from './move-request/report-shown.ts';
import { statisticsShown } from './move-request/statistics.ts';

/**
 * `Get-MoveRequestStatistics [-Identity] <person> [-IncludeReport] [-IncludeSkippedItems]`. SkippedItems are empty unless they are
 * asked for, as in Exchange Online. `-DiagnosticInfo` is taken and tells in a sentence what the simulation has of it: nothing.
 */
export const moveRequestStatistics = { get: statisticsOf(requireMoveRequest, () => ({})) };

/**
 * The statistics of a request of some type.
 *
 * @param named what these call it besides
 */
export function statisticsOf(
  requireRequest: (scope: CmdletScope, identity: string) => Promise<MoveRequest>,
  named: (request: MoveRequest) => CmdletObject,
): Cmdlet {
  return {
    kinds: ['on-premises', 'cloud'],
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', IncludeReport: 'switch', IncludeSkippedItems: 'switch', ReportOnly: 'switch' },
      ...{ DiagnosticInfo: 'text', Diagnostic: 'switch', DiagnosticArgument: 'text', DomainController: 'text' },
    },
    required: ['Identity'],
    async run(scope, given) {
      const request = await requireRequest(scope, String(given['Identity']));
      const whole = given['IncludeReport'] === true || given['ReportOnly'] === true;
      const entries = whole || given['IncludeSkippedItems'] === true ? await wholeReport(scope, request) : [];
      const report = reportShown(request, entries);
      if (given['ReportOnly'] === true) return [report];
      if (given['DiagnosticInfo'] !== undefined || given['Diagnostic'] === true)
        scope.warn('This simulation keeps no diagnostic information of requests.');
      return [
        {
          ...named(request),
          ...(await statisticsShown(scope, request)),
          ...(whole ? { Report: report } : {}),
          ...(given['IncludeSkippedItems'] === true ? { SkippedItems: skippedItemsShown(entries) } : {}),
        },
      ];
    },
  };
}
