/** What is written of characters that mean something else, and of white space that readers would change. Others have no form in XML. */
const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
};

const unpaired = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';

/** Writes texts in which these characters are replaced; those that XML cannot hold are left out. */
function escaper(replaced: string): (value: string) => string {
  // Whether a text needs any care is asked first, without replacing: most do not.
  const careful = new RegExp(`[${replaced}\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff\\ud800-\\udfff]`);
  const unfit = new RegExp(`[${replaced}\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]|${unpaired}`, 'g');
  return (value) => (careful.test(value) ? value.replace(unfit, (character) => replacements[character] ?? '') : value);
}

/** Text between tags, in ordinary and in canonical XML. */
export const elementText = escaper('&<>\\r');
/** The value of an attribute, in double quotes. */
export const attributeText = escaper('"&<>\\t\\n\\r');
/** The same in canonical XML, which leaves `>` as it is (Canonical XML 1.0, 2.3). */
export const canonicalAttributeText = escaper('"&<\\t\\n\\r');
