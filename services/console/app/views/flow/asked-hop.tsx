import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Exchange, FullExchange } from '../../answers.ts';
import { useLoaded } from '../../load.ts';
import { ShownError } from '../../parts/shown-error.tsx';
import { Hop, type HopProps } from './hop.tsx';

/** A hop of the lab's, whose head and body are asked for when it is opened; anew for as long as it had not ended then. */
export function AskedHop({ exchange, ...how }: Omit<HopProps, 'exchange'> & { readonly exchange: Exchange }): VNode {
  const { value, error, again } = useLoaded<FullExchange>(`/v1/traces/${exchange.traceId}/exchanges/${exchange.spanId}`);
  // Each look at the trace has an exchange of its own.
  const isOpen = value?.outcome === null;
  useEffect(() => {
    if (isOpen) void again();
  }, [exchange, isOpen, again]);
  if (value !== undefined) return <Hop exchange={value} {...how} />;
  return error === undefined ? <p role="status">Reading the hop …</p> : <ShownError error={error} />;
}
