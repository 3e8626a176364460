"""Says of each check of a client whether it holds: one JSON object a line, read by `run-checks.ts`."""

import json

told = set()


def check(name, action, lacks=None):
    """Runs `action`, which holds where it returns something true and raises nothing. `lacks` is what the simulation does
    not have yet: the check is then expected to fail, and one that holds all the same is an error too. Returns what the
    action returned, or None."""
    assert name not in told, f"two checks are called {name}"
    told.add(name)
    value, actual = None, None
    try:
        value = action()
        holds = bool(value)
        actual = None if holds else repr(value)
    except Exception as error:
        holds = False
        actual = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
    print(json.dumps({"check": name, "ok": holds, "actual": actual, "lacks": lacks}), flush=True)
    return value
