import type { getMessageTrackingReport as contract } from '../../../shared/protocols/ews/operations/get-message-tracking-report.ts';
import { trackingReport } from '../message-tracking/get.ts';
import { withTrackingAccess } from '../message-tracking/ground.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmessagetrackingreport-operation */
export const getMessageTrackingReport: Operation<typeof contract> = (call, request) =>
  withTrackingAccess(call, request.Scope, (access) => trackingReport(access, request));
