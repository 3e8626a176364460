import type { EraName } from '../world/vocabulary.ts';

/** What a time in the cloud's history means, as settings; independent of the world's clock. */
export interface Era {
  readonly title: string;
  /** Exchange Online takes Basic on EWS and Autodiscover. It was switched off for good at the turn of 2022 to 2023. */
  readonly basicAuthentication: boolean;
}

const eras = {
  '2016': { title: 'delegated authentication only', basicAuthentication: true },
  '2019': { title: 'OAuth between the organisations', basicAuthentication: true },
  '2025-11': { title: 'the shared service principal is blocked', basicAuthentication: false },
  '2026-10': { title: 'EWS for listed applications only', basicAuthentication: false },
  '2027-04': { title: 'EWS is gone from the cloud', basicAuthentication: false },
} as const satisfies Readonly<Record<EraName, Era>>;

/** The settings of an era. */
export function eraOf(name: EraName): Era {
  return eras[name];
}
