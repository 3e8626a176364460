import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';

/** A folder that only its owner enters. */
export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** The file's text, or undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the whole file or nothing, replacing one that is there. */
export async function replaceFile(file: string, text: string, mode = 0o600): Promise<void> {
  await rename(await temporary(file, text, mode), file);
}

/**
 * Writes the whole file unless one is there already, and gives the text that stands in it afterwards: of several
 * processes that start together on an empty folder, all end with the same one.
 */
export async function claimFile(file: string, text: string, mode = 0o600): Promise<string> {
  const prepared = await temporary(file, text, mode);
  try {
    await link(prepared, file);
    return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return await readFile(file, 'utf8');
    throw error;
  } finally {
    await unlink(prepared);
  }
}

/** The PEM blocks of a text, each with its line end, in order. */
export function pemBlocks(text: string | undefined): readonly string[] {
  const blocks = text?.match(/-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g) ?? [];
  return blocks.map((block) => `${block}\n`);
}

async function temporary(file: string, text: string, mode: number): Promise<string> {
  const path = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return path;
}
