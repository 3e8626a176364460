import type { OfferName } from '../../domain/trust/offers.ts';

/** Somebody of another organisation, as a delegation token of the federation gateway names him. He has no account here. */
export interface ExternalCaller {
  readonly by: 'DAuth';
  readonly emailAddress: string;
  /** Of the address, in lower case: what he may see is decided by the relationship with it. */
  readonly domain: string;
  /** TokenIssuerUri. */
  readonly issuer: string;
  /** The organisation that asked for the token, as the issuer says; undefined where it does not say. */
  readonly requestorDomain: string | undefined;
  /** What the token is for. */
  readonly offer: OfferName;
}
