import type { TrackingTrouble } from '../../../shared/bridges/tracking/ground.ts';

/**
 * What other organisations did not answer, beside what is known without them. The names of the properties are those of Exchange's
 * errors; their values are inferred.
 */
export function errorsOf(troubles: readonly TrackingTrouble[]) {
  if (troubles.length === 0) return {};
  return {
    Errors: {
      ArrayOfTrackingPropertiesType: troubles.map(({ domain, text }) => ({
        TrackingPropertyType: [
          { Name: 'ErrorCode', Value: 'CrossPremiseMisconfiguration' },
          { Name: 'Domain', Value: domain },
          { Name: 'Data', Value: text },
        ],
      })),
    },
  };
}
