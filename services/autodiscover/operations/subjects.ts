import { soapTexts } from '../failures.ts';
import { maxSettings, maxSubjects } from '../request-limits.ts';

/** Why a request for settings is not answered at all: it names nothing, or too much. Undefined when it is in order. */
export function checkSubjects(what: 'users' | 'domains', subjects: number, settings: number): string | undefined {
  if (subjects === 0) return soapTexts.none(what);
  if (subjects > maxSubjects) return soapTexts.tooMany(what, maxSubjects);
  if (settings === 0) return soapTexts.none('settings');
  return settings > maxSettings ? soapTexts.tooMany('settings', maxSettings) : undefined;
}
