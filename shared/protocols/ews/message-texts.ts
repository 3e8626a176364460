import catalogue from './message-texts.json' with { type: 'json' };
import type { ResponseCode } from './response-codes.ts';

const texts: Readonly<Record<string, string>> = catalogue.texts;

/**
 * The MessageText that Exchange gives with a code when nothing about the request changes it. Codes without a published
 * sentence stand for themselves, as they do in the catalogue (`message-texts.json` names its source).
 */
export function messageText(code: ResponseCode): string {
  return texts[code] ?? code;
}
