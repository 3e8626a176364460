import { parseDuration, parseInstant } from '../../shared/kernel/duration.ts';
import { UsageError } from '../config.ts';

/** Reads `30s`, `5m`, `2h` for an option, in milliseconds. */
export function durationOption(text: string): number {
  const value = parseDuration(text);
  if (value === undefined || value < 0) throw new UsageError(`${JSON.stringify(text)} is not a duration such as 30s or 5m`);
  return value;
}

/** Checks a time (ISO 8601 with zone) before it is sent. */
export function instantOption(text: string): string {
  if (parseInstant(text) === undefined) throw new UsageError(`${JSON.stringify(text)} is not a time such as 2026-11-01T09:00Z`);
  return text;
}

/** Checks a duration, forth or back, before it is sent. */
export function offsetOption(text: string): string {
  if (parseDuration(text) === undefined) throw new UsageError(`${JSON.stringify(text)} is not a duration such as 5m or -30s`);
  return text;
}

/** Reads a whole number between two others. */
export function countOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new UsageError(`${JSON.stringify(text)} is not a number from ${least} to ${most}`);
    return value;
  };
}

/** Reads a regular expression. */
export function patternOption(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
