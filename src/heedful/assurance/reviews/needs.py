"""What the programme needs of this room, for the board and the gates."""

from __future__ import annotations

from heedful.programme.needs import Need

NEEDS: tuple[Need, ...] = ()
