import { type Signal, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { call } from '../../api.ts';

interface Completion {
  readonly from: number;
  readonly words: readonly string[];
}

interface LineInputProps {
  readonly line: Signal<string>;
  /** '' until it is known: nothing can be typed that nobody would answer. */
  readonly organization: string;
  readonly history: readonly string[];
}

const mostShown = 12;

/**
 * Where a cmdlet line is typed. Tab asks what can stand here: one word is put in at once, of several the arrows choose and Tab or Enter takes
 * one; Escape leaves the choice, and Tab then leaves the field. Up and down bring lines back where nothing is to be chosen.
 */
export function LineInput({ line, organization, history }: LineInputProps): VNode {
  const found = useSignal<Completion | undefined>(undefined);
  const at = useSignal(0);
  const back = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  const words = found.value?.words.slice(0, mostShown) ?? [];

  const take = (word: string | undefined): void => {
    const from = found.value?.from;
    const cursor = field.current?.selectionStart ?? line.value.length;
    found.value = undefined;
    if (word === undefined || from === undefined) return;
    line.value = `${line.value.slice(0, from)}${word} ${line.value.slice(cursor).trimStart()}`;
    requestAnimationFrame(() => field.current?.setSelectionRange(from + word.length + 1, from + word.length + 1));
  };
  const ask = async (): Promise<void> => {
    const cursor = field.current?.selectionStart ?? line.value.length;
    const query = new URLSearchParams({ line: line.value, at: String(cursor), organization }).toString();
    const completion = await call<Completion>('GET', `/v1/cmdlets/completions?${query}`).catch(() => undefined);
    if (completion === undefined || completion.words.length === 0) return;
    found.value = completion;
    at.value = 0;
    if (completion.words.length === 1) take(completion.words[0]);
  };
  const bringBack = (step: number): void => {
    back.value = Math.max(0, Math.min(history.length, back.value + step));
    line.value = back.value === 0 ? '' : (history[history.length - back.value] ?? '');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const choosing = words.length > 0;
    const isCompletable = event.key === 'Tab' && !event.shiftKey && line.value.trim() !== '' && field.current?.dataset['left'] !== 'yes';
    if (event.key === 'Escape') {
      found.value = undefined;
      if (field.current !== null) field.current.dataset['left'] = 'yes';
    } else if (choosing && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      at.value = (at.value + (event.key === 'ArrowDown' ? 1 : words.length - 1)) % words.length;
    } else if (choosing && (event.key === 'Tab' || event.key === 'Enter')) {
      event.preventDefault();
      take(words[at.value]);
    } else if (isCompletable) {
      event.preventDefault();
      void ask();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      bringBack(event.key === 'ArrowUp' ? 1 : -1);
    }
  };
  return (
    <div class="line-input">
      <input
        ref={field}
        class="mono"
        type="text"
        role="combobox"
        aria-label="Cmdlet line"
        aria-expanded={words.length > 0}
        aria-controls="line-words"
        aria-activedescendant={words.length > 0 ? `line-word-${at.value}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        disabled={organization === ''}
        value={line.value}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          line.value = event.currentTarget.value;
          event.currentTarget.dataset['left'] = 'no';
          found.value = undefined;
          back.value = 0;
        }}
      />
      <div id="line-words" role="listbox" tabIndex={-1} aria-label="What can stand here" hidden={words.length === 0}>
        {words.map((word, index) => (
          <div
            key={word}
            id={`line-word-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at.value}
            onPointerDown={(event) => {
              // The field keeps the focus.
              event.preventDefault();
              take(word);
            }}
          >
            {word}
          </div>
        ))}
      </div>
    </div>
  );
}
