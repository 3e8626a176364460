import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WorldFileError } from '../../shared/domain/world/problems.ts';
import { didYouMean } from '../../shared/kernel/nearest.ts';
import type { Story } from '../../shared/scenario/story.ts';
import { UsageError } from '../flags.ts';
import { loadStory, shippedScenarios } from './load.ts';

/** Folders of `scenarios` that hold no stories. */
const otherFolders = ['parts', 'schema', 'worlds'];
const mostFiles = 20_000;

/**
 * The stories that are meant: files and folders by their path, suites and tags of those that ship by their name, all of these
 * without a name. Throws {@link WorldFileError} with every problem of every file, {@link UsageError} for a name that means nothing.
 */
export function collectStories(names: readonly string[], workingDir: string): readonly Story[] {
  const files = new Set<string>();
  const tags = new Set<string>();
  for (const name of names) {
    const path = resolve(workingDir, name);
    const suite = join(shippedScenarios, name);
    if (existsSync(path)) for (const file of filesOf(path)) files.add(file);
    else if (shippedSuites().includes(name)) for (const file of filesOf(suite)) files.add(file);
    else tags.add(name);
  }
  const own = read([...files]);
  if (names.length > 0 && tags.size === 0) return own;
  const shipped = read(shippedSuites().flatMap((suite) => filesOf(join(shippedScenarios, suite))));
  if (names.length === 0) return shipped;
  const known = new Set(shipped.flatMap((story) => story.tags));
  const stranger = [...tags].find((tag) => !known.has(tag));
  if (stranger !== undefined)
    throw new UsageError(
      `${stranger}: there is no such file or folder, and no suite or tag of that name${didYouMean(stranger, [...shippedSuites(), ...known])}`,
    );
  const tagged = shipped.filter((story) => story.tags.some((tag) => tags.has(tag)) && !files.has(story.file));
  return [...own, ...tagged];
}

/** The suites that ship: the folders of `scenarios` that hold stories. */
function shippedSuites(): readonly string[] {
  return readdirSync(shippedScenarios, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !otherFolders.includes(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (found.length > mostFiles) throw new UsageError(`${path} holds more than ${mostFiles} files`);
  return found;
}

function read(files: readonly string[]): readonly Story[] {
  const problems: WorldFileError['problems'][number][] = [];
  const stories = files.flatMap((file) => {
    try {
      return [loadStory(file)];
    } catch (error) {
      if (!(error instanceof WorldFileError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new WorldFileError(problems);
  return stories;
}
