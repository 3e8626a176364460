/** A process that serves a lab which several share (PostgreSQL); of a lab that is alone there is none. */
export interface ProcessTable {
  id: string;
  /** JSON: which services it runs, for which organisations, and what it listens on. */
  facts: string;
  /** Milliseconds since 1970 by the database's own clock, as is `heartbeat`. */
  started: number;
  heartbeat: number;
  /** The last of the controls that it has applied. */
  applied: number;
}

/** What was changed for all processes at once: they apply it in this order. */
export interface ControlTable {
  sequence: number;
  kind: string;
  /** The process that announces it and has applied it already. */
  sender: string;
  payload: string;
}

/** What all processes of a lab have in common and no world holds: keys, certificates, fault rules, published ports. */
export interface InstallationTable {
  name: string;
  value: string;
}

/** What a client refers to by something unguessable, until it is used up or too old. */
export interface HandleTable {
  kind: string;
  handle: string;
  value: string;
  /** World time. */
  expires: number;
}
