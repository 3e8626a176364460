/** As much of a browser as a sign-in needs: cookies, the first form of a page, and where answers lead. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Opens a page. */
  open(url: string): Promise<Page> {
    return this.#ask(url, {});
  }

  /** Fills in the form of a page and sends it off, to wherever it leads. */
  async submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const action = /<form method="post" action="([^"]*)">/.exec(page.body)?.[1];
    if (action === undefined) throw new Error(`there is no form on ${page.url}: ${page.status} ${page.body}`);
    const inputs = [...page.body.matchAll(/<input type="[a-z]*" name="([^"]*)" value="([^"]*)"/g)];
    const own = Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescaped(value)]));
    const body = new URLSearchParams({ ...own, ...fields });
    return this.#ask(new URL(unescaped(action), page.url).href, { method: 'POST', body, headers: { origin: new URL(page.url).origin } });
  }

  async #ask(url: string, options: { method?: string; body?: URLSearchParams; headers?: Readonly<Record<string, string>> }): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...options.headers, ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const header of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(header) ?? [];
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    const leadsTo = location === null ? undefined : new URL(location, url);
    return { url, status: answer.status, body: await answer.text(), leadsTo };
  }
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: string;
  /** Where it sends the browser on to, which is not followed: the client waits there. */
  readonly leadsTo: URL | undefined;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
