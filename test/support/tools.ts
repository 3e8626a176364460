import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a program that nobody here wrote is on this machine: `describe.skipIf(!requireTool('xmlsec1', 'xmlsec1'))(...)`.
 * Where it is missing its tests skip and the line printed names the Debian package; under `CI=true` it is an error, which
 * fails the file that asks. `present` overrides the search of PATH, for modules of Python and programs that lie elsewhere.
 */
export function requireTool(name: string, debianPackage: string, present: boolean = isOnPath(name), environment = process.env): boolean {
  if (present) return true;
  const missing = `${name} is missing: apt-get install ${debianPackage}`;
  if (environment['CI'] === 'true') throw new Error(`${missing}. Under CI=true no test may skip; .ci/run installs it.`);
  console.warn(`${missing}. Its tests are skipped.`);
  return false;
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
