/** Sessions that the servers of organisations have open at once (MaxOutboundConnections of Set-TransportService). */
export interface Sessions {
  /** Answers what gives a place back: at once where there is one, else when it is one's turn. */
  enter(organization: string, most: number): (() => void) | Promise<() => void>;
  /** A further place for whoever has one, if there is one at once. */
  further(organization: string, most: number): (() => void) | undefined;
}

interface Gate {
  open: number;
  readonly waiting: { readonly most: number; readonly go: () => void }[];
}

/** Nobody has a session yet. */
export function createSessions(): Sessions {
  const gates = new Map<string, Gate>();
  const gateOf = (organization: string): Gate => {
    const gate = gates.get(organization) ?? { open: 0, waiting: [] };
    gates.set(organization, gate);
    return gate;
  };
  const taken = (gate: Gate): (() => void) => {
    gate.open += 1;
    return () => {
      gate.open -= 1;
      // Whoever is let in has his place before anybody else is asked.
      for (let next = gate.waiting[0]; next !== undefined && gate.open < next.most; next = gate.waiting[0]) {
        gate.waiting.shift();
        next.go();
      }
    };
  };
  return {
    enter(organization, most) {
      const gate = gateOf(organization);
      // A limit of none would keep mail for ever: one session there always is.
      const allowed = Math.max(1, most);
      if (gate.open < allowed && gate.waiting.length === 0) return taken(gate);
      return new Promise((resolve) => void gate.waiting.push({ most: allowed, go: () => resolve(taken(gate)) }));
    },
    further(organization, most) {
      const gate = gateOf(organization);
      return gate.open < most && gate.waiting.length === 0 ? taken(gate) : undefined;
    },
  };
}
