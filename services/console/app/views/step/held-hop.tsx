import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { Badge } from '../../parts/badge.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { linkTo } from '../../store.ts';
import { readable } from '../flow/readable.ts';
import { type HeldHop, seams } from './answers.ts';
import { changedClaims, changedHeaders, typedReply } from './edit.ts';
import { abort, goOn, problem } from './held.ts';

/** A hop that waits: what it is, who waits for it, what of it can be changed, and how it goes on. */
export function ShownHeldHop({ hop }: { readonly hop: HeldHop }): VNode {
  const { id, seam, target, service, organization, operation, user, headers, claims, text, editable, breakpoint, traceId, spanId } = hop;
  const [claimsBefore, headersBefore] = [JSON.stringify(claims ?? {}, null, 2), (headers ?? []).join('\n')];
  const [claimsNow, headersNow] = [useSignal(claimsBefore), useSignal(headersBefore)];
  const [canClaims, canHeaders] = [editable.includes('claims'), editable.includes('headers')];
  const [find, replace, reply] = [useSignal(''), useSignal(''), useSignal('')];
  const isChanged =
    claimsNow.value !== claimsBefore || headersNow.value !== headersBefore || find.value !== '' || reply.value.trim() !== '';
  const go = async (step: boolean): Promise<void> => {
    try {
      const edit = {
        ...(canClaims && claimsNow.value !== claimsBefore ? { claims: changedClaims(claims ?? {}, claimsNow.value) } : {}),
        ...(canHeaders && headersNow.value !== headersBefore ? { headers: changedHeaders(headers ?? [], headersNow.value) } : {}),
        ...(find.value === '' ? {} : { text: { find: find.value, replace: replace.value } }),
        ...(reply.value.trim() === '' ? {} : { reply: typedReply(reply.value) }),
      };
      await goOn(id, { ...(Object.keys(edit).length === 0 ? {} : { edit }), ...(step ? { step } : {}) });
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <section class="card held-hop" aria-label={`Held hop ${id}`}>
      <header>
        <h2>
          <Badge tone="warn">held</Badge> {[organization, service].filter(Boolean).join('/')} {operation ?? ''}
        </h2>
        <p>
          <code>{target}</code>
        </p>
        <p class="hint">
          {seams.find((one) => one.id === seam)?.name ?? seam}, at {breakpoint}
          {user === null ? '' : `, for ${user}`}
          {traceId !== null && (
            <>
              {' '}
              <a href={linkTo('flow', traceId, spanId, 'request')}>Open in Flow</a>
            </>
          )}
        </p>
        <Waiting hop={hop} />
      </header>
      {claims !== null && <Text label="Claims" rows={14} text={claimsNow} canEdit={canClaims} />}
      {headers !== null && <Text label="Header fields" rows={8} text={headersNow} canEdit={canHeaders} />}
      {text !== null && <CodeBlock label={seam === 'token.claims' ? 'Assertion' : 'Body'} text={readable(text)} />}
      {editable.includes('text') && (
        <div class="replaced">
          <Field label="Replace in the text" text={find} hint="what stands there once" />
          <Field label="with" text={replace} hint="" />
        </div>
      )}
      {editable.includes('reply') && <Field label="Refuse instead" text={reply} hint="550 5.1.1 User unknown" />}
      <div class="ways">
        <button type="button" class="main" onClick={() => void go(false)}>
          {isChanged ? 'Continue with the change' : 'Continue'}
        </button>
        <button type="button" onClick={() => void go(true)} title="The next hop of this trace waits, too">
          Step
        </button>
        <button type="button" class="danger" onClick={() => void abort(id)}>
          Abort
        </button>
      </div>
    </section>
  );
}

function Field({ label, text, hint }: { readonly label: string; readonly text: { value: string }; readonly hint: string }): VNode {
  return (
    <label class="edited">
      {label}
      <input
        class="mono"
        spellcheck={false}
        placeholder={hint}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

interface TextProps {
  readonly label: string;
  readonly rows: number;
  readonly text: { value: string };
  readonly canEdit: boolean;
}

function Text({ label, rows, text, canEdit }: TextProps): VNode {
  if (!canEdit)
    return (
      <>
        <h3>{label}</h3>
        <CodeBlock label={label} text={text.value} />
      </>
    );
  return (
    <label class="edited">
      {label}
      <textarea
        class="mono"
        rows={rows}
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

/** World time stands meanwhile; who is outside has a clock of his own. */
function Waiting({ hop: { client } }: { readonly hop: HeldHop }): VNode {
  const now = useSignal(performance.now());
  const endMs = useMemo(() => performance.now() + (client.leftMs ?? 0), [client]);
  useEffect(() => {
    const beating = setInterval(() => {
      now.value = performance.now();
    }, 1_000);
    return () => clearInterval(beating);
  }, [now]);
  if (client.gone) return <p class="error">The client gave up.</p>;
  const who = client.known ?? client.userAgent ?? 'The client';
  if (client.waits === 'unknown') return <p class="hint">{who}: how long it waits is unknown.</p>;
  if (client.waits === 'for ever') return <p class="hint">{who} waits for ever.</p>;
  const left = Math.max(0, Math.round((endMs - now.value) / 1_000));
  return (
    <p class="hint" title={client.source ?? ''}>
      {who} {left === 0 ? 'should have given up by now' : `gives up in ${left} s`}, unless it was told otherwise.
    </p>
  );
}
