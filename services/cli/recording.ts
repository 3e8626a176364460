import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { type RecordedTrace, recordingOf } from '../runner/recorded.ts';
import { storyText } from '../runner/story-text.ts';
import { shippedWorlds } from '../world-source.ts';
import type { AdminClient } from './admin-client.ts';
import { CliFailure, exitCodes } from './failures.ts';

/** What is recorded, and where it goes. */
export interface RecordOrder {
  readonly traces: readonly string[];
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Path of the world file, where the lab was started with one. */
  readonly worldFile?: string;
}

/** Writes a scenario file that asks what some traces have asked; how many requests it could not take over. */
export async function writeRecording(lab: AdminClient, { traces: ids, name, file, worldFile }: RecordOrder): Promise<number> {
  const [endpoints, info] = await Promise.all([
    lab.get<EndpointsDocument>('/_coexist/endpoints'),
    lab.get<{ readonly world: string; readonly era: string | null }>('/_coexist/info'),
  ]);
  const traces: RecordedTrace[] = [];
  for (const id of ids) traces.push(await lab.get<RecordedTrace>(`/_coexist/v1/traces/${encodeURIComponent(id)}`));
  const recording = recordingOf(traces, endpoints);
  if (recording.acts.length === 0)
    throw new CliFailure(exitCodes.nothingMatched, ['no word of a scenario asks what was asked', ...recording.leftOut].join('\n  '));
  if (worldFile === undefined && !Object.hasOwn(shippedWorlds, info.world))
    throw new CliFailure(exitCodes.usage, `the world ${info.world} is not one that ships: name its file with --world`);
  const world = worldFile === undefined ? info.world : relative(dirname(file), worldFile);
  const first = Math.min(...traces.flatMap(({ roots }) => roots.map(({ exchange }) => exchange.at)));
  const clock = new Date(first).toISOString();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, storyText({ name, world, clock, era: info.era }, recording));
  return recording.leftOut.length;
}

/** The name of a scenario of which nobody has said it. */
export function nameOf(what: string): string {
  return `What ${what} asked`.slice(0, 200);
}

/** The file of a scenario, as it was typed. */
export function storyFileAt(workingDir: string, typed: string): string {
  return resolve(workingDir, /\.ya?ml$/.test(typed) ? typed : `${typed}.yaml`);
}
