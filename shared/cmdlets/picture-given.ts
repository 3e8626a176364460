import { Refusal } from '../kernel/refusal.ts';
import { type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { textGiven } from './given.ts';

/** A parameter that takes octets. Refuses with `bad-parameter`. */
export function octetsGiven(given: CmdletParameters, name: string): Buffer {
  const text = (textGiven(given, name) ?? '').replace(/\s+/g, '');
  const octets = Buffer.from(text, 'base64');
  if (text === '' || octets.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    throw cmdletRefusal('bad-parameter', `-${name} takes the octets of a file as base64 here.`);
  return octets;
}

/** What a picture is refused for, in words; ours, Exchange's are not published. Anything else is as it was. */
export function pictureRefusal(error: unknown, largest: number): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'picture-invalid') return cmdletRefusal('bad-parameter', 'The file is no JPEG picture.');
  if (error.code === 'picture-too-large') return cmdletRefusal('bad-parameter', `The picture is larger than ${largest / 1_024} KB.`);
  return error;
}
