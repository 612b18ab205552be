"""From which age on somebody may do what."""

# Below this nobody serves; below the next only with a guardian's consent.
YOUNGEST, OF_AGE_TO_CONSENT, GROWN_UP = 6, 14, 18
