/** A person on the wire, as items name people: MailboxType is always that of a mailbox, whatever the address is. */
export function mailboxElement(name: string, address: string, routingType: string): Record<string, string> {
  if (address === '') return { Name: name, MailboxType: 'Mailbox' };
  const shownType = routingType === '' ? 'SMTP' : routingType;
  return { Name: name === '' ? address : name, EmailAddress: address, RoutingType: shownType, MailboxType: 'Mailbox' };
}
