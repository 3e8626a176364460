import type { VNode } from 'preact';
import { useOrganizations } from '../../load.ts';
import { Lines, useChosen } from './lines.tsx';

const queues = ['Identity', 'DeliveryType', 'Status', 'MessageCount', 'NextHopDomain', 'LastError'];
const tracked = ['Timestamp', 'EventId', 'Source', 'Sender', 'Recipients', 'MessageSubject'];
const traced = ['Received', 'SenderAddress', 'RecipientAddress', 'Subject', 'Status'];

/** What waits, and what became of mail: as cmdlets tell it; a tenant has neither queues nor logs, but message trace. */
export function Queues(): VNode {
  const [at, choice] = useChosen(useOrganizations());
  return (
    <>
      <p>{choice}</p>
      {at?.kind === 'cloud' ? (
        <Lines key={at.name} at={at} label="Message trace" line="Get-MessageTrace" properties={traced} empty="No mail has come or gone." />
      ) : (
        <>
          <Lines key={`q ${at?.name}`} at={at} label="Queues" line="Get-Queue" properties={queues} empty="Nothing waits." />
          <Lines
            key={`t ${at?.name}`}
            at={at}
            label="Message tracking"
            line="Get-MessageTrackingLog -ResultSize 500"
            properties={tracked}
            empty="No mail has come or gone."
          />
        </>
      )}
    </>
  );
}
