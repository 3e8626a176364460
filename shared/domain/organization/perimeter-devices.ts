import type { PerimeterDefinition } from '../world/definition.ts';
import type { preAuthentications } from '../world/vocabulary.ts';
import { configKind } from './config-kind.ts';
import type { Settings } from './settings.ts';

export type PreAuthentication = (typeof preAuthentications)[number];

/**
 * The device in front of an organisation's servers, a reverse proxy that ends TLS and publishes them: what the products of the
 * trade (Forefront Threat Management Gateway, Web Application Proxy, load balancers) have in common. Names are ours.
 */
export interface PerimeterDevice {
  /** Whether the organisation's names lead to it. */
  readonly Enabled: boolean;
  /** Where clients must say who they are before anything reaches the servers. `Ntlm` lets the servers judge. */
  readonly PreAuthentication: PreAuthentication;
  /** `/EWS/*`: what is published, in any letter case; nothing: everything. */
  readonly AllowedPaths: readonly string[];
  /** What is published without pre-authentication. */
  readonly PassThroughPaths: readonly string[];
  /** `10.0.0.0/8`, `192.0.2.1-192.0.2.9`: who may connect; nothing: everybody. */
  readonly SourceRanges: readonly string[];
  /** The Host that servers are told instead of the one that was asked for; '': that one. */
  readonly RewriteHost: string;
  /** Header fields of requests that go no further. */
  readonly RemoveRequestHeaders: readonly string[];
  /** `name: value`. */
  readonly AddRequestHeaders: readonly string[];
  /** Of an address in a minute; what is beyond loses its connection. */
  readonly MaxRequestsPerMinute: number | 'unlimited';
}

/** An organisation has one; what was never set is as {@link newPerimeterDevice}. */
export const perimeterDevices = configKind<Partial<PerimeterDevice>>('PerimeterDevice');
export const perimeterDeviceName = 'Perimeter';

export const newPerimeterDevice: PerimeterDevice = {
  Enabled: false,
  PreAuthentication: 'None',
  AllowedPaths: [],
  PassThroughPaths: [],
  SourceRanges: [],
  RewriteHost: '',
  RemoveRequestHeaders: [],
  AddRequestHeaders: [],
  MaxRequestsPerMinute: 'unlimited',
};

/** As it is set. */
export function perimeterOf(settings: Settings): PerimeterDevice {
  return { ...newPerimeterDevice, ...perimeterDevices.get(settings, perimeterDeviceName) };
}

/** One that a world file has: it is on. */
export function perimeterDefined(written: PerimeterDefinition): Partial<PerimeterDevice> {
  const { preAuthentication, allowedPaths, passThroughPaths, sourceRanges } = written;
  const { rewriteHost, removeRequestHeaders, addRequestHeaders, maxRequestsPerMinute } = written;
  return {
    Enabled: true,
    ...(preAuthentication === undefined ? {} : { PreAuthentication: preAuthentication }),
    ...(allowedPaths === undefined ? {} : { AllowedPaths: allowedPaths }),
    ...(passThroughPaths === undefined ? {} : { PassThroughPaths: passThroughPaths }),
    ...(sourceRanges === undefined ? {} : { SourceRanges: sourceRanges }),
    ...(rewriteHost === undefined ? {} : { RewriteHost: rewriteHost }),
    ...(removeRequestHeaders === undefined ? {} : { RemoveRequestHeaders: removeRequestHeaders }),
    ...(addRequestHeaders === undefined ? {} : { AddRequestHeaders: addRequestHeaders }),
    ...(maxRequestsPerMinute === undefined ? {} : { MaxRequestsPerMinute: maxRequestsPerMinute }),
  };
}
