import type { findMessageTrackingReport as contract } from '../../../shared/protocols/ews/operations/find-message-tracking-report.ts';
import { foundReports } from '../message-tracking/find.ts';
import { withTrackingAccess } from '../message-tracking/ground.ts';
import type { Operation } from '../operation.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findmessagetrackingreport-operation */
export const findMessageTrackingReport: Operation<typeof contract> = (call, request) =>
  withTrackingAccess(call, request.Scope, (access) => foundReports(access, request));
