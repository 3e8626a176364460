import { posix } from 'node:path';

/** A document, by its name in this project or in a public repository; an address is somebody else's matter. */
const mention = /https?:\/\/\S+|[\w./-]*[\w-]\.md\b/g;
/** Public repositories whose files are named as sources, on the same line. */
const publicRepository = /\b(OfficeDocs|SupportArticles|CSS-Exchange|office-(developer-exchange-)?docs)\b/;
/** In pieces, so that this file does not say it either. */
const numbered = new RegExp([`\\b${'refer'}ence (part )?\\d`, `\\b${'se'}ed (article\\b|\\d{3}\\b)`].join('|'), 'i');

/**
 * Where a text points at a document that a reader of the project cannot open, one sentence each. `has` says whether the
 * project has a file, by its path from the root.
 */
export function documentViolations(path: string, text: string, has: (path: string) => boolean): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const strange = publicRepository.test(line) ? [] : (line.match(mention) ?? []).filter((name) => !isHere(path, name, has));
    const said = [...strange, ...(numbered.exec(line)?.slice(0, 1) ?? [])];
    return said.map((name) => `${path}:${index + 1} points at "${name}", which is not in the project. Name the public source itself.`);
  });
}

function isHere(path: string, name: string, has: (path: string) => boolean): boolean {
  if (name.includes('://')) return true;
  const bare = name.replace(/^\/+/, '');
  return [bare, posix.join(posix.dirname(path), bare)].some((candidate) => has(posix.normalize(candidate)));
}
