import type { OfferName } from '../../../shared/domain/trust/offers.ts';
import type { ContractName, contracts } from '../../../shared/protocols/ews/contract.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { externalAvailability } from '../availability/external.ts';
import type { ExternalCall } from '../context.ts';
import { externalMailTips } from '../mail-tips/external.ts';
import { foundReports } from '../message-tracking/find.ts';
import { trackingReport } from '../message-tracking/get.ts';
import { externalTrackingAccess } from '../message-tracking/ground.ts';
import { externalUserPhoto } from '../photos/external.ts';

/** An operation that people of other organisations may call, and the offer that their token must be for. */
export interface ExternalOperation<Contract> {
  readonly offer: OfferName;
  readonly run: (call: ExternalCall, request: RequestOf<Contract>) => Promise<ResponseOf<Contract>>;
}

/** What is open to a delegation token. Every other operation is refused with ErrorAccessDenied. */
export const externalOperations: { readonly [Name in ContractName]?: ExternalOperation<(typeof contracts)[Name]> } = {
  FindMessageTrackingReport: {
    offer: 'MSExchange.SharingCalendarFreeBusy',
    run: async (call, request) => foundReports(await externalTrackingAccess(call), request),
  },
  GetMessageTrackingReport: {
    offer: 'MSExchange.SharingCalendarFreeBusy',
    run: async (call, request) => trackingReport(await externalTrackingAccess(call), request),
  },
  GetMailTips: { offer: 'MSExchange.MailTips', run: externalMailTips },
  GetUserAvailability: { offer: 'MSExchange.SharingCalendarFreeBusy', run: externalAvailability },
  GetUserPhoto: { offer: 'MSExchange.UserPhotoRetrieval', run: externalUserPhoto },
};
