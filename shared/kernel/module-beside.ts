/**
 * The address of a module that is run on its own, a thread or a process. `path` is from the module `base` (its `import.meta.url`)
 * and has no ending: that is TypeScript in the tree and JavaScript in a built package, as `base` is.
 */
export function moduleBeside(base: string, path: string): URL {
  return new URL(path + base.slice(base.lastIndexOf('.')), base);
}
