import type { VNode } from 'preact';

/** What went wrong, said at once to those who hear the page; nothing where nothing did. */
export function ShownError({ error }: { readonly error: string | undefined }): VNode {
  return (
    <div role="alert" class={error === undefined ? undefined : 'error'}>
      {error}
    </div>
  );
}
