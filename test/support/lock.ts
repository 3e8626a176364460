/** An entry of package-lock.json, as far as it matters here. */
export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly cpu?: readonly string[];
  readonly dev?: boolean;
  readonly libc?: readonly string[];
  readonly license?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What keeps `npm ci` from running everywhere, one sentence each: missing platform packages, addresses of one registry. */
export function lockViolations(packages: Readonly<Record<string, LockEntry>>): readonly string[] {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isPlaced(packages, path, name))
      .map((name) => `package-lock.json lacks ${name}, which ${path} names; npm ci refuses that. Run \`npm run lock\`.`),
  );
  const resolved = Object.entries(packages)
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([path]) => `package-lock.json says where ${path} came from. Run \`npm run lock\`.`);
  return [...missing, ...resolved];
}

/** Whether a package that `path` depends on stands in the lock, beside it or further out. */
export function isPlaced(packages: Readonly<Record<string, LockEntry>>, path: string, name: string): boolean {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`] !== undefined) return true;
    if (base === '') return false;
  }
}
