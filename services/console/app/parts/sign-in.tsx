import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../api.ts';
import { locked, token } from '../store.ts';
import { ShownError } from './shown-error.tsx';

/** Asks for the control port's token, which ends with the tab. */
export function SignIn(): VNode {
  const [given, setGiven] = useState('');
  const [error, setError] = useState<string>();
  const tryIt = async (event: Event): Promise<void> => {
    event.preventDefault();
    token.value = given.trim();
    try {
      await call('GET', '/info');
      locked.value = false;
    } catch (refused) {
      setError((refused as Error).message);
    }
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={(event) => void tryIt(event)}>
        <h1>This lab asks for its token</h1>
        <p>
          It stands in <code>endpoints.json</code> as <code>adminToken</code>, or is what <code>COEXIST_ADMIN_TOKEN</code> says.
        </p>
        <label>
          Token
          <input type="password" autocomplete="off" required value={given} onInput={(event) => setGiven(event.currentTarget.value)} />
        </label>
        <ShownError error={error} />
        <button type="submit" class="main">
          Open the console
        </button>
      </form>
    </main>
  );
}
