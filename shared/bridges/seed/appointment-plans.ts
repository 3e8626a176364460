/** What stands in calendars. */
export interface AppointmentPlan {
  readonly subject: string;
  readonly location: string;
  readonly minutes: number;
  /** PidLidBusyStatus (MS-OXOCAL 2.2.1.2): 0 free, 1 tentative, 2 busy, 3 out of office. */
  readonly busyStatus: 0 | 1 | 2 | 3;
  readonly category?: string;
  readonly isPrivate?: true;
}

export const appointmentPlans: readonly AppointmentPlan[] = [
  { subject: 'Team meeting', location: 'Boardroom', minutes: 60, busyStatus: 2, category: 'Team' },
  { subject: 'Project {project}: planning', location: 'Meeting room 2', minutes: 90, busyStatus: 2, category: 'Projects' },
  { subject: 'Project {project}: review', location: 'Boardroom', minutes: 60, busyStatus: 2, category: 'Projects' },
  { subject: 'Call with a supplier', location: 'Phone', minutes: 30, busyStatus: 2 },
  { subject: 'Focus time', location: '', minutes: 120, busyStatus: 1 },
  { subject: 'Budget talk', location: 'Meeting room 1', minutes: 60, busyStatus: 2 },
  { subject: 'Doctor', location: '', minutes: 60, busyStatus: 3, isPrivate: true },
  { subject: 'Training: mail transport', location: 'Training room', minutes: 180, busyStatus: 3, category: 'Training' },
  { subject: 'Lunch with colleagues', location: 'Canteen', minutes: 60, busyStatus: 0 },
  { subject: 'Besprechung Maßnahmenplan', location: 'Besprechungsraum „Süd“', minutes: 45, busyStatus: 2 },
  { subject: '定例会議', location: '会議室A', minutes: 30, busyStatus: 2 },
];

/** Whole days. */
export const allDayPlans: readonly Omit<AppointmentPlan, 'minutes'>[] = [
  { subject: 'Working from home', location: '', busyStatus: 0 },
  { subject: 'Company anniversary', location: '', busyStatus: 0, category: 'Team' },
  { subject: 'Trade fair', location: 'Exhibition hall 4', busyStatus: 3 },
];

/** What comes back every so many weeks. */
export interface SeriesPlan extends AppointmentPlan {
  readonly weeks: number;
  /** Since midnight (UTC). */
  readonly startMinutes: number;
  /** Where it is held for once. */
  readonly elsewhere: string;
}

const weekly: SeriesPlan = {
  subject: 'Weekly meeting',
  location: 'Boardroom',
  elsewhere: 'Meeting room 1',
  minutes: 30,
  busyStatus: 2,
  category: 'Team',
  weeks: 1,
  startMinutes: 11 * 60 + 30,
};
const fortnightly: SeriesPlan = {
  subject: 'One-to-one',
  location: 'Meeting room 2',
  elsewhere: 'Phone',
  minutes: 30,
  busyStatus: 1,
  weeks: 2,
  startMinutes: 16 * 60 + 30,
};
export const seriesPlans = { 'generate:working-week': [weekly], 'generate:busy-week': [weekly, fortnightly] } as const;
