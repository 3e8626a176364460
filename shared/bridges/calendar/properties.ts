import { namedProperty, propertySets } from '../../kernel/mapi.ts';

// Properties of appointments that only their iCalendar form knows.

export const cleanGlobalObjectId = namedProperty(propertySets.Meeting, 0x0023, 'Binary');
export const attendeeCriticalChange = namedProperty(propertySets.Meeting, 0x0001, 'SystemTime');
export const isException = namedProperty(propertySets.Meeting, 0x000a, 'Boolean');
export const exceptionReplaceTime = namedProperty(propertySets.Appointment, 0x8228, 'SystemTime');
export const timeZoneDefinitionStartDisplay = namedProperty(propertySets.Appointment, 0x825e, 'Binary');
export const timeZoneDefinitionEndDisplay = namedProperty(propertySets.Appointment, 0x825f, 'Binary');
export const appointmentCounterProposal = namedProperty(propertySets.Appointment, 0x8257, 'Boolean');
export const appointmentProposedStartWhole = namedProperty(propertySets.Appointment, 0x8250, 'SystemTime');
export const appointmentProposedEndWhole = namedProperty(propertySets.Appointment, 0x8251, 'SystemTime');
