import { authenticationService } from '../../domain/world/vocabulary.ts';
import { askerOf, onPremisesOf, type Topology } from '../topology.ts';
import type { Misconfiguration, Variant } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

const sixMinutesMs = 6 * 60_000;
/** Kerberos and the gateway allow five minutes. */
const allowedMs = 5 * 60_000;

function skew(who: (topology: Topology) => string, byMs: number, how: string): Variant {
  return {
    how,
    play(topology) {
      const whose = who(topology);
      return { broken: [{ skew: whose, byMs }], mended: [{ skew: whose, byMs: topology.skewMs[whose] ?? 0 }] };
    },
  };
}

export const clockSkew: Misconfiguration = {
  id: 'clock-skew',
  title: 'A clock is more than five minutes wrong',
  symptom: 'An error occurred when verifying security for the message; The entered and stored passwords do not match.; 401',
  codes: ['ErrorAutoDiscoverFailed'],
  source: `${resolveFreeBusy}: check time skew; Hybrid Configuration wizard, event 1007: ensure your system time is correct`,
  notice: 'w32tm /stripchart; here coexist clock now, and the lifetimes in coexist explain.',
  remedy: 'Let the servers take their time from a source that is right; here coexist clock skew <organization> 0m.',
  variants: {
    'asked-slow': skew((topology) => onPremisesOf(topology).name, -sixMinutesMs, 'the clock of those who are asked is slow'),
    'asker-fast': skew((topology) => askerOf(topology).asker.name, sixMinutesMs, 'the clock of those who ask is fast: the gateway refuses'),
    'authority-slow': skew(() => authenticationService, -sixMinutesMs, 'the clock of the authentication service is slow'),
  },
  lint: ({ skewMs }) =>
    Object.entries(skewMs)
      .filter(([, byMs]) => Math.abs(byMs) >= allowedMs)
      .map(([organization, byMs]) => ({ organization, object: 'clock', says: `it is ${byMs / 1_000} s from world time` })),
};
