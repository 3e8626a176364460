import type { CmdletRefusalCode } from '../../shared/cmdlets/cmdlet.ts';

/** What is wrong with a request, apart from the cmdlet: status, code and words, which are ours. */
export interface RequestProblem {
  readonly status: 400 | 403 | 404 | 501;
  readonly code: string;
  readonly message: string;
}

/** `{"error": {"code", "message"}}`, as OData 4.01 has it. */
export function problemBody({ code, message }: RequestProblem): object {
  return { error: { code, message } };
}

interface CmdletFailure {
  readonly status: 400 | 404;
  readonly code: string;
  readonly message: string;
  /** Of the exception; those with a source are Exchange's. */
  readonly type: string;
  /** Stands before the type in the details. */
  readonly mark: string;
}

const invalid = { status: 400, code: 'BadRequest', message: 'Invalid Operation', mark: '' } as const;
const executing = { status: 400, code: 'BadRequest', message: 'Error executing cmdlet', mark: '' } as const;

/**
 * Observed: bodies that others have kept of `BadRequest`, "Invalid Operation" (an unknown parameter; rknightion/graph2otel and
 * its kin) and of `NotFound`, "Error executing cmdlet" with the mark Ex6F9304 (Remove-Mailbox on many a page). Which status and
 * type the others have is ours.
 */
const failures: Readonly<Record<CmdletRefusalCode, CmdletFailure>> = {
  'bad-line': { ...invalid, type: 'System.Management.Automation.ParseException' },
  'unknown-cmdlet': { ...invalid, type: 'System.Management.Automation.CommandNotFoundException' },
  'not-available': { ...invalid, type: 'System.Management.Automation.CommandNotFoundException' },
  'bad-parameter': { ...invalid, type: 'Microsoft.Exchange.AdminApi.CommandInvocation.ParameterTransformationException' },
  'object-not-found': {
    ...{ status: 404, code: 'NotFound', message: 'Error executing cmdlet', mark: 'Ex6F9304' },
    type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
  },
  'object-exists': { ...executing, type: 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException' },
  'operation-failed': { ...executing, type: 'Microsoft.Exchange.Configuration.Tasks.TaskInvalidOperationException' },
  'unknown-organization': { ...invalid, type: 'System.Management.Automation.CommandNotFoundException' },
  'unknown-user': { ...invalid, type: 'System.Management.Automation.CommandNotFoundException' },
};

const service = 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException';

/** The answer to a cmdlet that is refused. Stack traces are empty: there are none to tell. */
export function cmdletFailure(code: CmdletRefusalCode, text: string): { readonly status: number; readonly body: object } {
  const { status, code: said, message, type, mark } = failures[code];
  const body = {
    error: {
      code: said,
      message,
      details: [{ code: 'Client', target: '', message: `${mark}|${type}|${text}` }],
      innererror: { message, type: service, stacktrace: '', internalexception: { message: text, type, stacktrace: '' } },
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': [],
    },
  };
  return { status, body };
}
