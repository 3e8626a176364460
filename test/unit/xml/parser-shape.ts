import { Script } from 'node:vm';
import { SaxesParser } from 'saxes';
import { parseXml } from '../../../shared/xml/parse.ts';

// Prints whether V8 finds what the parser has where it is, or looks it up in a table each time: run with --allow-natives-syntax.

const isFast = new Script('(object) => %HasFastProperties(object)').runInThisContext() as (object: object) => boolean;
let parser: object | undefined;
SaxesParser.prototype.close = new Proxy(SaxesParser.prototype.close, {
  apply(close, self: SaxesParser) {
    parser = self;
    return close.call(self);
  },
});

parseXml('<a b="c"><d/>text</a>');
process.stdout.write(String(parser !== undefined && isFast(parser)));
