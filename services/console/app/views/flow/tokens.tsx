import type { VNode } from 'preact';
import type { FullExchange, WebToken } from '../../answers.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { readable } from './readable.ts';

/** The tokens of a hop, taken apart; an encrypted one stands beside what was in it. Signatures and keys are not in the journal. */
export function Tokens({ exchange }: { readonly exchange: FullExchange }): VNode {
  const all = [...(exchange.request?.tokens ?? []), ...(exchange.answer?.tokens ?? [])];
  return (
    <>
      {all.map((token, index) =>
        'assertion' in token ? (
          <div key={`${index} ${token.place}`} class="two">
            <section>
              <h3>As it came</h3>
              <CodeBlock label="Encrypted token" text={encryptedPart(exchange.request?.body ?? '')} />
            </section>
            <section>
              <h3>Decrypted</h3>
              <CodeBlock label="Decrypted token" text={readable(token.assertion)} />
            </section>
          </div>
        ) : (
          <Jwt key={`${index} ${token.place}`} token={token} />
        ),
      )}
    </>
  );
}

function Jwt({ token: { place, header, claims } }: { readonly token: WebToken }): VNode {
  return (
    <section class="secret-ground">
      <h3>
        JSON web token in <code>{place}</code>
      </h3>
      <CodeBlock label={`Header of the token in ${place}`} text={JSON.stringify(header, null, 2)} />
      <CodeBlock label={`Claims of the token in ${place}`} text={claimsText(claims)} />
    </section>
  );
}

const times = new Set(['exp', 'nbf', 'iat', 'auth_time']);

/** Claims as JSON, with moments also as people read them. */
function claimsText(claims: Readonly<Record<string, unknown>>): string {
  const lines = JSON.stringify(claims, null, 2).split('\n');
  return lines
    .map((line) => {
      const [, name = '', seconds = ''] = /"(\w+)": "?(\d{9,11})"?,?$/.exec(line) ?? [];
      return times.has(name) ? `${line}   // ${new Date(Number(seconds) * 1_000).toISOString()}` : line;
    })
    .join('\n');
}

/** Of a message that holds one, the encrypted element; else the whole. */
function encryptedPart(body: string): string {
  return readable(/<(\w+:)?EncryptedData[\s\S]*?<\/\1?EncryptedData>/.exec(body)?.[0] ?? body);
}
