import { namedProperty, propertySets } from '../../kernel/mapi.ts';

// Properties of appointments that only their iCalendar form knows.

export const attendeeCriticalChange = namedProperty(propertySets.Meeting, 0x0001, 'SystemTime');
export const isException = namedProperty(propertySets.Meeting, 0x000a, 'Boolean');
export const appointmentCounterProposal = namedProperty(propertySets.Appointment, 0x8257, 'Boolean');
export const appointmentProposedStartWhole = namedProperty(propertySets.Appointment, 0x8250, 'SystemTime');
export const appointmentProposedEndWhole = namedProperty(propertySets.Appointment, 0x8251, 'SystemTime');
