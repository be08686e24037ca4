"""How long a job rests between two runs, and when it is given up. Pure: the dice are thrown by the caller."""

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
LONGEST_CRASH_PAUSE_S = 60.0
CRASHES_PER_ATTEMPT = 2  # a machine's death is seldom the job's fault, so it has more of these than of failures


def pause_s(failures: int, dice: float) -> float:
    """Seconds to rest after this many failures: 5, 20, 80, 320, 600, each within a quarter of that.

    dice: a number in [0, 1), so that jobs that failed together do not come back together.
    """
    rest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * float(4 ** (max(1, failures) - 1)))
    return rest * (0.75 + 0.5 * dice)


def crash_pause_s(crashes: int) -> float:
    """Seconds to rest after the worker died: none twice, then 4, 8, 16, 32, 60."""
    return 0.0 if crashes < 3 else min(LONGEST_CRASH_PAUSE_S, float(2 ** (crashes - 1)))


def is_spent(failures: int, attempts: int) -> bool:
    """Tell whether a job has failed as often as it may."""
    return failures >= attempts


def is_poison(crashes: int, attempts: int) -> bool:
    """Tell whether a job has taken so many workers with it that it must be the job."""
    return crashes >= CRASHES_PER_ATTEMPT * attempts
